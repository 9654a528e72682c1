// What of a caller's trace context reaches a server, byte by byte.
import { describe, expect, test } from 'vitest';
import { type Frame, parseFrame } from '../../../core/connections/frame.ts';
import { newTracePath, outgoingFrame, parseTraceparent, traceParentOf } from '../../../core/gateway/trace-context.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';
const PARENT = `00-${TRACE}-${SPAN}-01`;
const OFF = { path: undefined, passBaggage: false };

const frame = (text: string): Frame => parseFrame(Buffer.from(text), 'client');
const withMeta = (meta: object): Frame =>
  frame(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'x', _meta: meta } }));
const metaLeft = (sent: Frame, passBaggage = false): unknown =>
  (outgoingFrame(sent, { ...OFF, passBaggage }).message['params'] as { _meta: unknown })._meta;

describe('traceparent', () => {
  test.each([
    ['sampled', PARENT, { traceId: TRACE, spanId: SPAN, isSampled: true }],
    ['not sampled', `00-${TRACE}-${SPAN}-00`, { traceId: TRACE, spanId: SPAN, isSampled: false }],
    ['other flags', `00-${TRACE}-${SPAN}-ff`, { traceId: TRACE, spanId: SPAN, isSampled: true }],
    ['of a later version', `01-${TRACE}-${SPAN}-01-more`, { traceId: TRACE, spanId: SPAN, isSampled: true }],
  ])('BAS-30: is read: %s', (_case, text, expected) => {
    expect(parseTraceparent(text)).toEqual(expected);
  });

  test.each([
    ['no text', 7],
    ['empty', ''],
    ['upper case', PARENT.toUpperCase()],
    ['version ff', `ff-${TRACE}-${SPAN}-01`],
    ['version 00 with more', `${PARENT}-more`],
    ['a later version without a dash', `01-${TRACE}-${SPAN}-01more`],
    ['zero trace', `00-${'0'.repeat(32)}-${SPAN}-01`],
    ['zero span', `00-${TRACE}-${'0'.repeat(16)}-01`],
    ['a digit too few', `00-${TRACE.slice(1)}-${SPAN}-01`],
    ['a space before', ` ${PARENT}`],
    ['a line break after', `${PARENT}\n`],
    ['8 KB', `01-${TRACE}-${SPAN}-01-${'x'.repeat(8192)}`],
  ])('EXP-06 BAS-30: is taken out with its state: %s', (_case, value) => {
    expect(parseTraceparent(value)).toBeUndefined();
    expect(metaLeft(withMeta({ a: 1, traceparent: value, tracestate: 'a=1', z: 2 }))).toEqual({ a: 1, z: 2 });
  });
});

describe('tracestate', () => {
  test.each(['a=1', 'rojo=00f067aa0ba902b7,congo=t61rcWkgMzE', 'fw529a3039@dt=FfffG , ,a=b ', ''])(
    'BAS-30: goes on: %j',
    (tracestate) => {
      expect(metaLeft(withMeta({ traceparent: PARENT, tracestate }))).toEqual({ traceparent: PARENT, tracestate });
    },
  );

  test.each([
    ['no text', { a: 1 }],
    ['no value', 'a'],
    ['upper-case key', 'A=1'],
    ['equals sign in the value', 'a=b=c'],
    ['a key twice', 'a=1,a=2'],
    ['33 members', Array.from({ length: 33 }, (_, index) => `k${String(index)}=1`).join(',')],
    ['too long', `a=${'x'.repeat(200)},b=${'x'.repeat(200)},c=${'x'.repeat(200)}`],
    ['a control character', 'a=\u0007'],
  ])('EXP-06: is taken out, the rest stays: %s', (_case, tracestate) => {
    expect(metaLeft(withMeta({ traceparent: PARENT, tracestate }))).toEqual({ traceparent: PARENT });
  });

  test('EXP-06: without a trace it is taken out', () => {
    expect(metaLeft(withMeta({ tracestate: 'a=1' }))).toEqual({});
  });
});

describe('baggage', () => {
  const BAGGAGE = 'userId=alice,serverNode=DF%2028;prop;p=1 , isProduction=false';

  test('BRG-15 EXP-06: does not reach a server unless its entry says so', () => {
    expect(metaLeft(withMeta({ baggage: BAGGAGE }))).toEqual({});
    expect(metaLeft(withMeta({ baggage: BAGGAGE }), true)).toEqual({ baggage: BAGGAGE });
  });

  test('BRG-15: the same holds for notifications', () => {
    const sent = frame('{"jsonrpc":"2.0","method":"notifications/x","params":{"_meta":{"baggage":"a=1"}}}');
    expect(outgoingFrame(sent, OFF).bytes.toString()).toBe(
      '{"jsonrpc":"2.0","method":"notifications/x","params":{"_meta":{}}}',
    );
  });

  test.each([
    ['no text', 1],
    ['no members', ' , '],
    ['no value', 'a'],
    ['a space in the value', 'a=b c'],
    ['a quotation mark', 'a="b"'],
    ['a comma less', 'a=b;c=d;=e'],
    ['65 members', Array.from({ length: 65 }, (_, index) => `k${String(index)}=1`).join(',')],
    ['8 KB', `a=${'x'.repeat(8192)}`],
  ])('EXP-06 BAS-30: is never sent when malformed: %s', (_case, baggage) => {
    expect(metaLeft(withMeta({ baggage }), true)).toEqual({});
  });
});

describe('the frame', () => {
  test('BRG-15: a valid context passes byte for byte when nothing is traced', () => {
    const sent = frame(
      `{ "jsonrpc":"2.0","id":1, "method":"x","params":{"n":1.0, "_meta":{"traceparent" : "${PARENT}","tracestate":"a=1"}} }`,
    );
    expect(outgoingFrame(sent, OFF)).toBe(sent);
    const plain = frame('{"jsonrpc":"2.0","id":1,"method":"x"}');
    expect(outgoingFrame(plain, OFF)).toBe(plain);
  });

  test('BRG-15: the server sees the span in front of it, every other byte stays', () => {
    const sent = frame(
      `{"jsonrpc":"2.0","id":9007199254740993,"method":"x","params":{"n":1.0,"_meta":{"traceparent":"${PARENT}","tracestate":"a=1"}}}`,
    );
    const path = newTracePath(traceParentOf(sent));
    expect(path).toMatchObject({ traceId: TRACE, parentSpanId: SPAN });
    const out = outgoingFrame(sent, { path, passBaggage: false });
    expect(out.bytes.toString()).toBe(sent.bytes.toString().replace(SPAN, path.clientSpanId));
    expect(out).toMatchObject({ id: '9007199254740993', kind: 'request', method: 'x' });
    expect(parseFrame(out.bytes, 'client').message).toEqual(out.message);
  });

  test.each([
    ['{"jsonrpc":"2.0","id":1,"method":"x"}', true],
    ['{"jsonrpc":"2.0","id":1,"method":"x","params":{}}', true],
    ['{"jsonrpc":"2.0","id":1,"method":"x","params":{"_meta":{}}}', true],
    ['{"jsonrpc":"2.0","id":1,"method":"x","params":[1]}', false],
    ['{"jsonrpc":"2.0","id":1,"method":"x","params":{"_meta":7}}', false],
  ])('a trace that begins here is written where there is a place for it: %s', (text, isWritten) => {
    const sent = frame(text);
    const path = newTracePath(undefined);
    expect(path.parentSpanId).toBeUndefined();
    const out = outgoingFrame(sent, { path, passBaggage: false });
    expect(traceParentOf(out)).toEqual(
      isWritten ? { traceId: path.traceId, spanId: path.clientSpanId, isSampled: true } : undefined,
    );
    if (!isWritten) expect(out).toBe(sent);
  });
});
