import { expect, test } from 'vitest';
import { rpcCodeOf, rpcErrorFrame } from '../../../core/gateway/rpc-errors.ts';
import { ERROR_CODES, PortolanError } from '../../../shared/errors.ts';

test('BAS-24: every code has a number outside the range that JSON-RPC and MCP reserve, and no two share one of their own', () => {
  const numbers = ERROR_CODES.map(rpcCodeOf);
  expect(numbers.filter((number) => number >= -32_768 && number <= -32_000)).toEqual([]);
  const own = numbers.filter((number) => number !== -33_000);
  expect(new Set(own).size).toBe(own.length);
});

test('an error carries its code, cause and hint, and the id in the client’s spelling', () => {
  const error = new PortolanError('SERVER_BUSY', 'Too much.', { hint: 'Wait.', data: { secret: 'x' } });
  expect(rpcErrorFrame('1.0', error).bytes.toString()).toBe(
    '{"jsonrpc":"2.0","id":1.0,"error":{"code":-33006,"message":"SERVER_BUSY: Too much.","data":{"code":"SERVER_BUSY","hint":"Wait."}}}',
  );
});

test('a refused frame keeps the standard number', () => {
  const error = new PortolanError('FRAME_INVALID', 'Not JSON.', { data: { rpcCode: -32_700 } });
  expect(rpcErrorFrame(null, error).message['error']).toMatchObject({ code: -32_700 });
});
