import { expect, test } from 'vitest';
import { parseFrame } from '../../../../core/connections/frame.ts';
import { keepableResult } from '../../../../core/eras/warm/warm-answers.ts';

const RESULT = '{"tools":[{"name":"a","x":{"result":1,"jsonrpc":"2.0","id":7}}]}';

test.each([
  `{"jsonrpc":"2.0","id":7,"result":${RESULT}}`,
  `{"jsonrpc":"2.0","id":"7}","result":${RESULT}}`,
  `{"result":${RESULT},"jsonrpc":"2.0","id":7}`,
  `{"result":${RESULT},"id":7,"jsonrpc":"2.0"}`,
  `{"id":7,"result":${RESULT},"jsonrpc":"2.0"}`,
  `{ "jsonrpc": "2.0", "id": 7, "result": ${RESULT}}`,
  `{"jsonrpc":"2.0","id":7,"result":${RESULT}} `,
  `{"jsonrpc":"2.0","id":7,"result":${RESULT},"more":1}`,
  `{"jsonrpc":"2.0","id":7,"more":{"result":1},"result":${RESULT}}`,
  `{"result":${RESULT},"more":"x","jsonrpc":"2.0","id":7}`,
  `{"result":${RESULT},"jsonrpc":"2.0","id":7 }`,
])('the result is kept in the server’s spelling, wherever it stands: %s', (text) => {
  expect(keepableResult(parseFrame(Buffer.from(text), 'server'))).toBe(RESULT);
});
