// Whatever JSON goes through, in either direction only the named members change.
import { assert, constantFrom, dictionary, json, oneof, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { META } from '../../../../core/connections/era.ts';
import { type Frame, parseFrame } from '../../../../core/connections/frame.ts';
import { callerOf, readdressed, strippedForLegacy } from '../../../../core/eras/modern-client/caller-request.ts';
import { dressedAnswer } from '../../../../core/eras/modern-client/dress-answer.ts';

type Json = Record<string, unknown>;

const RESERVED = [
  META.protocolVersion,
  META.clientInfo,
  META.clientCapabilities,
  META.logLevel,
  META.subscriptionId,
] as const;
/** As JSON has it: without -0. */
const anyJson = json().map((text) => JSON.parse(text) as unknown);
const anyObject = (keys: readonly string[]) =>
  dictionary(oneof(constantFrom(...keys), string()), anyJson, { noNullPrototype: true });
const indents = constantFrom(undefined, 1, '\t');

/** A message as text with any white space that one line may hold. */
const frameText = (message: object, indent: string | number | undefined): Frame =>
  parseFrame(Buffer.from(JSON.stringify(message, undefined, indent).replaceAll('\n', ' ')), 'server');

const without = (object: Json, keys: readonly string[]): Json =>
  Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));

/** Nothing was put in or moved. */
const isSubsequence = (part: Buffer, whole: Buffer): boolean => {
  let at = 0;
  for (const byte of whole) if (byte === part[at]) at += 1;
  return at === part.length;
};

test('BRG-10: stripping takes out the reserved members and leaves every other byte', () => {
  const meta = anyObject([...RESERVED, 'progressToken', 'traceparent', META.serverInfo]);
  const params = anyObject(['inputResponses', 'requestState', 'name', 'arguments']);
  assert(
    property(meta, params, indents, (meta, params, indent) => {
      const frame = frameText(
        { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { ...params, _meta: meta } },
        indent,
      );
      const stripped = strippedForLegacy(frame);
      const { _meta: _own, ...rest } = without(params, ['inputResponses', 'requestState']);
      const keptMeta = without(meta, RESERVED);
      expect(stripped.message['params']).toEqual(
        Object.keys(keptMeta).length === 0 ? rest : { ...rest, _meta: keptMeta },
      );
      expect(isSubsequence(stripped.bytes, frame.bytes)).toBe(true);
    }),
  );
});

test('stripping does not touch a message that has nothing to strip', () => {
  assert(
    property(anyObject(['name']), indents, (params, indent) => {
      const { _meta: _own, inputResponses: _responses, requestState: _state, ...rest } = params;
      const frame = frameText({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: rest }, indent);
      expect(strippedForLegacy(frame)).toBe(frame);
    }),
  );
});

test('BRG-14: another id and token are put in the place of the old ones', () => {
  assert(
    property(anyObject(['progressToken']), indents, (meta, indent) => {
      const message = {
        jsonrpc: '2.0',
        id: 'a',
        method: 'tools/call',
        params: { _meta: { ...meta, progressToken: 1 } },
      };
      const frame = frameText(message, indent);
      expect(readdressed(frame, '"a"', callerOf(frame).progressToken)).toBe(frame);
      const moved = readdressed(frame, '"b"', '"t"');
      expect(moved.message).toEqual({ ...message, id: 'b', params: { _meta: { ...meta, progressToken: 't' } } });
      expect(readdressed(moved, '"a"', '1').bytes.equals(frame.bytes)).toBe(true);
    }),
  );
});

test('BRG-09: dressing sets its members and leaves everything else', () => {
  const result = anyObject(['resultType', 'ttlMs', 'cacheScope', '_meta', 'content']);
  assert(
    property(result, constantFrom('tools/list', 'tools/call'), indents, (result, method, indent) => {
      const frame = frameText({ jsonrpc: '2.0', id: 1, result }, indent);
      const own = ['resultType', '_meta', ...(method === 'tools/list' ? ['ttlMs', 'cacheScope'] : [])];
      const { result: dressed } = dressedAnswer(frame, '1', method, '{"name":"s"}').message as { result: Json };
      const meta = result['_meta'];
      const keptMeta = typeof meta === 'object' && meta !== null && !Array.isArray(meta) ? meta : {};
      expect(dressed).toEqual({
        ...without(result, own),
        resultType: 'complete',
        ...(method === 'tools/list' && { ttlMs: 0, cacheScope: 'private' }),
        _meta: { ...keptMeta, [META.serverInfo]: { name: 's' } },
      });
    }),
  );
});

test('BRG-09: what a server writes twice does not come through beside what is set', () => {
  const bytes = '{"jsonrpc":"2.0","id":1,"result":{"resultType":"a","x":1.0,"resultType":"input_required"}}';
  const frame = parseFrame(Buffer.from(bytes), 'server');
  const text = dressedAnswer(frame, '"one"', 'tools/call', undefined).bytes.toString();
  expect(text).toBe('{"jsonrpc":"2.0","id":"one","result":{"resultType":"complete","x":1.0}}');
});

test.each(['[]', 'null', '"text"'])('a result that is no object (%s) is left as it is', (result) => {
  const frame = parseFrame(Buffer.from(`{"jsonrpc":"2.0","id":1,"result":${result}}`), 'server');
  expect(dressedAnswer(frame, '1', 'tools/list', '{}')).toBe(frame);
});
