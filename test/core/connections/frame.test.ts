import { describe, expect, test } from 'vitest';
import {
  errorFrame,
  frameOf,
  exactIdKey,
  parseFrame,
  splitBatch,
  toSingleLine,
} from '../../../core/connections/frame.ts';
import { FRAME_MATRIX } from '../../support/frame-matrix.ts';
import { thrown } from '../../support/thrown.ts';

const fromClient = (text: string | Buffer) => parseFrame(Buffer.from(text), 'client');
const refusal = (text: string | Buffer, from: 'client' | 'server' = 'client') => {
  const error = thrown(() => parseFrame(Buffer.from(text), from));
  return { code: error.code, ...error.data };
};
const request = (id: string) => `{"jsonrpc":"2.0","id":${id},"method":"ping"}`;
const nested = (levels: number) =>
  `{"jsonrpc":"2.0","id":1,"method":"m","params":${'['.repeat(levels)}${']'.repeat(levels)}}`;

describe('parseFrame keeps what it reads', () => {
  test.each(FRAME_MATRIX)('FRM-24 forwards $name byte for byte', ({ text, from }) => {
    const bytes = Buffer.from(text);
    const frame = parseFrame(bytes, from);
    expect(frame.bytes.equals(bytes)).toBe(true);
    expect(frame.message).toEqual(JSON.parse(text));
  });

  test('tells requests, notifications and responses apart', () => {
    const kinds = ['{"jsonrpc":"2.0","method":"a"}', request('1'), '{"jsonrpc":"2.0","id":1,"result":1}'].map(
      (text) => {
        const { kind, id, method } = fromClient(text);
        return { kind, id, method };
      },
    );
    expect(kinds).toEqual([
      { kind: 'notification', id: undefined, method: 'a' },
      { kind: 'request', id: '1', method: 'ping' },
      { kind: 'response', id: '1', method: undefined },
    ]);
  });

  test.each([
    '0',
    '-1',
    '9007199254740993',
    '1.5',
    '1e400',
    '-0',
    '"a"',
    '""',
    '"\\u0061"',
    '"\\"id\\":2"',
    `"${'x'.repeat(1_000_000)}"`,
  ])('FRM-08 keeps the id by its source text (%#)', (id) => {
    expect(fromClient(request(id)).id).toBe(id);
    expect(errorFrame(id, -32_603, 'no').bytes.toString()).toContain(`"id":${id},`);
  });

  test.each(['null', '{}', '{"a":1}', '[1]', 'true'])('FRM-08 refuses the id %s', (id) => {
    expect(refusal(request(id))).toEqual({ code: 'FRAME_INVALID', rpcCode: -32_600 });
  });

  test('finds the id wherever it stands and however its key is spelt', () => {
    expect(fromClient('{"params":{"id":2},"method":"m","\\u0069d" : 3 ,"jsonrpc":"2.0"}').id).toBe('3');
    expect(fromClient('{"params":[{"id":2}],"method":"m","jsonrpc":"2.0"}').kind).toBe('notification');
  });

  test('STD-01: drops raw newlines between tokens and keeps everything else', () => {
    const text = '{\r\n  "jsonrpc": "2.0",\n  "id": 1,\n  "method": "a\\nb"\n}\n';
    const frame = fromClient(text);
    expect(frame.bytes.toString()).toBe('{  "jsonrpc": "2.0",  "id": 1,  "method": "a\\nb"}');
    expect(frame.message).toEqual(JSON.parse(text));
  });

  test('a text without newlines is not copied', () => {
    const bytes = Buffer.from(request('1'));
    expect(toSingleLine(bytes)).toBe(bytes);
    expect(parseFrame(bytes, 'client').bytes).toBe(bytes);
  });
});

describe('parseFrame refuses what two readers could read differently', () => {
  test.each([
    ['a byte order mark', Buffer.from(`\ufeff${request('1')}`)],
    ['a stray byte', Buffer.from('{"jsonrpc":"2.0","id":1,"method":"\xff"}', 'latin1')],
    [
      'an overlong slash',
      Buffer.concat([Buffer.from('{"jsonrpc":"2.0","method":"'), Buffer.of(0xc0, 0xaf), Buffer.from('"}')]),
    ],
    [
      'a surrogate in UTF-8',
      Buffer.concat([Buffer.from('{"jsonrpc":"2.0","method":"'), Buffer.of(0xed, 0xa0, 0x80), Buffer.from('"}')]),
    ],
  ])('FRM-05 %s', (_name, bytes) => {
    expect(refusal(bytes)).toEqual({ code: 'FRAME_INVALID', rpcCode: -32_700 });
    expect(refusal(bytes, 'server')).toEqual({ code: 'FRAME_INVALID', rpcCode: -32_700 });
  });

  test('FRM-05 an unpaired surrogate escape from a client, in a key or a value', () => {
    const refused = { code: 'FRAME_INVALID', rpcCode: -32_600, id: '1' };
    expect(refusal('{"jsonrpc":"2.0","id":1,"method":"m","params":{"a":["\\ud83d"]}}')).toEqual(refused);
    expect(refusal('{"jsonrpc":"2.0","id":1,"method":"m","params":{"\\uDE00":1}}')).toEqual(refused);
    expect(fromClient('{"jsonrpc":"2.0","id":1,"method":"m","params":["\\ud83d\\ude00","\\\\ud83d"]}').id).toBe('1');
  });

  test('FRM-05 an unpaired surrogate escape from a server reaches the client unchanged', () => {
    const bytes = Buffer.from('{"jsonrpc":"2.0","id":1,"result":{"text":"cut \\ud83d"}}');
    expect(parseFrame(bytes, 'server').bytes).toBe(bytes);
  });

  test.each([
    ['{"jsonrpc":"2.0","id":1,"method":"a","method":"b"}', '1'],
    ['{"jsonrpc":"2.0","id":1,"method":"a","\\u006dethod":"b"}', '1'],
    ['{"jsonrpc":"2.0","method":"a","params":{"name":"x","n\\u0061me":"y"},"id":7}', '7'],
    ['{"jsonrpc":"2.0","id":1,"method":"a","params":[{"b":{"c":1,"d":2,"c":3}}]}', '1'],
    ['{"jsonrpc":"2.0","id":1,"method":"a","params":{"__proto__":1,"__proto__":2}}', '1'],
  ])('FRM-06 a repeated key: %s', (text, id) => {
    expect(refusal(text)).toEqual({ code: 'FRAME_INVALID', rpcCode: -32_600, id });
  });

  test('FRM-06 a repeated id is no id, not even in the refusal', () => {
    expect(refusal('{"jsonrpc":"2.0","id":1,"method":"a","id":2}')).toEqual({
      code: 'FRAME_INVALID',
      rpcCode: -32_600,
    });
    expect(refusal('{"jsonrpc":"2.0","id":1,"result":1,"id":2}', 'server')).toEqual({
      code: 'FRAME_INVALID',
      rpcCode: -32_600,
    });
  });

  test('FRM-06 equal keys in different objects are no repetition', () => {
    expect(fromClient('{"jsonrpc":"2.0","id":1,"method":"a","params":[{"a":1,"b":{"a":1}},{"a":2}]}').kind).toBe(
      'request',
    );
  });

  test.each(['Method', 'METHOD', 'm\u0117thod', 'method '])('FRM-07 a key %s never makes a call', (key) => {
    expect(refusal(`{"jsonrpc":"2.0","id":1,"${key}":"tools/call"}`)).toMatchObject({ code: 'FRAME_INVALID' });
    expect(fromClient(`{"jsonrpc":"2.0","id":1,"method":"ping","${key}":"tools/call"}`).method).toBe('ping');
  });

  test('FRM-07 the long s and the Kelvin sign do not fold into known keys', () => {
    expect(
      fromClient('{"jsonrpc":"2.0","id":1,"method":"m","param\u017f":{},"\u212aey":1}').message,
    ).not.toHaveProperty('params');
  });

  test.each([
    '{"jsonrpc":"2.0","id":1}',
    '{"id":1,"method":"a"}',
    '{"jsonrpc":"2.0","id":1,"method":2}',
    '{"jsonrpc":"2.0","id":1,"method":"a","result":1}',
    '{"jsonrpc":"2.0","result":1}',
    '{"jsonrpc":"1.0","id":1,"method":"a"}',
    '1',
    '"a"',
    'null',
    '[]',
    '[1]',
  ])('what is not one JSON-RPC message: %s', (text) => {
    expect(refusal(text)).toMatchObject({ code: 'FRAME_INVALID', rpcCode: -32_600 });
  });

  test('FRM-12 nesting up to 200 levels is read, one more is refused, a million are refused without a stack', () => {
    expect(fromClient(nested(199)).kind).toBe('request');
    expect(refusal(nested(200))).toEqual({ code: 'FRAME_INVALID', rpcCode: -32_600, id: '1' });
    expect(refusal(nested(1_000_000), 'server')).toMatchObject({ code: 'FRAME_INVALID' });
    expect(refusal('{"a":'.repeat(1_000_000))).toMatchObject({ code: 'FRAME_INVALID' });
  });

  test('FRM-12 a hundred thousand keys and a number of ten million digits are read in one pass', () => {
    const keys = Array.from({ length: 100_000 }, (_, index) => `"k${String(index)}":${String(index)}`).join(',');
    const frame = fromClient(`{"jsonrpc":"2.0","id":1,"method":"m","params":{${keys}}}`);
    expect(Object.keys(frame.message['params'] ?? {})).toHaveLength(100_000);
    const number = '1'.repeat(10_000_000);
    expect(fromClient(`{"jsonrpc":"2.0","id":${number},"method":"m"}`).id).toBe(number);
  });

  test('FRM-13 keys of Object.prototype neither pollute nor get lost', () => {
    const frame = fromClient(
      '{"jsonrpc":"2.0","id":1,"method":"m","params":{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}},"__proto__":{"result":1}}',
    );
    expect(frame.kind).toBe('request');
    expect(Object.hasOwn(frame.message, '__proto__')).toBe(true);
    expect(JSON.stringify(frame.message['params'])).toBe(
      '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}',
    );
    expect({}).not.toHaveProperty('polluted');
    expect(refusal('{"jsonrpc":"2.0","id":1,"__proto__":{"method":"m"}}')).toMatchObject({ code: 'FRAME_INVALID' });
  });

  test('a refusal quotes nothing of the message', () => {
    const error = thrown(() => fromClient('{"token":"hunter2" oops'));
    expect(JSON.stringify([error.message, error.hint, String(error.cause)])).not.toContain('hunter2');
  });
});

describe('batches', () => {
  const item = '{"jsonrpc":"2.0","id":1,"method":"a,]"}';
  const batch = (count: number) => Buffer.from(`[${Array.from({ length: count }, () => item).join(' ,\n')}]`);

  test('FRM-11 a batch is refused as a single message and split where the revision has batches', () => {
    expect(refusal(batch(1))).toEqual({ code: 'FRAME_INVALID', rpcCode: -32_600 });
    expect(splitBatch(batch(3), 'client').map((frame) => frame.bytes.toString())).toEqual([item, item, item]);
  });

  test('FRM-11 at most a hundred items, none empty, none nested', () => {
    expect(splitBatch(batch(100), 'client')).toHaveLength(100);
    for (const bytes of [batch(101), Buffer.from('[]'), Buffer.from('[[]]'), Buffer.from(item), Buffer.from('[1]')]) {
      expect(thrown(() => splitBatch(bytes, 'client')).data).toMatchObject({ rpcCode: -32_600 });
    }
    expect(thrown(() => splitBatch(Buffer.from('[{]'), 'client')).data).toEqual({ rpcCode: -32_700 });
  });
});

test('our own messages are frames too', () => {
  expect(frameOf({ jsonrpc: '2.0', id: 'x', method: 'ping' })).toMatchObject({
    kind: 'request',
    id: '"x"',
    method: 'ping',
  });
  expect(errorFrame(null, -32_700, 'Parse error').bytes.toString()).toBe(
    '{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"Parse error"}}',
  );
});

test('ids are equal by value where JavaScript can tell, by spelling elsewhere', () => {
  expect(exactIdKey('"\\u0061"')).toBe(exactIdKey('"a"'));
  expect(exactIdKey('1.0')).toBe(exactIdKey('1'));
  expect(exactIdKey('9007199254740993')).not.toBe(exactIdKey('9007199254740992'));
  expect(exactIdKey('"1"')).not.toBe(exactIdKey('1'));
});
