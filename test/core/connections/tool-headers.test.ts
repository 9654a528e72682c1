import { describe, expect, test } from 'vitest';
import { type Frame, parseFrame } from '../../../core/connections/frame.ts';
import { ToolHeaders } from '../../../core/connections/tool-headers.ts';

const OK = '{"name":"ok",  "inputSchema":{"type":"object"},"n":1.50,"e":"\\u00e9"}';

const page = (...tools: string[]): Frame =>
  parseFrame(
    Buffer.from(`{"jsonrpc":"2.0", "id":1,"result":{"v":1e2,"tools":[${tools.join(' , ')}],"z":0}}`),
    'server',
  );

const tool = (inputSchema: unknown, name = 'bad'): string => JSON.stringify({ name, inputSchema });
const prop = (schema: object, name = 'a'): object => ({ type: 'object', properties: { [name]: schema } });
const good = { type: 'string', 'x-mcp-header': 'X-A' };

function learn(...tools: string[]): { frame: Frame; logs: string[]; headers: ToolHeaders } {
  const logs: string[] = [];
  const headers = new ToolHeaders();
  return { frame: headers.learn(page(...tools), (text) => void logs.push(text)), logs, headers };
}

describe('FRM-17: a tool with an invalid x-mcp-header is taken out, told, and the others stay byte for byte', () => {
  test.each<[string, object]>([
    ['empty', prop({ type: 'string', 'x-mcp-header': '' })],
    ['no string', prop({ type: 'string', 'x-mcp-header': 7 })],
    ['null', prop({ type: 'string', 'x-mcp-header': null })],
    ['line break', prop({ type: 'string', 'x-mcp-header': 'a\r\nb: c' })],
    ['space', prop({ type: 'string', 'x-mcp-header': 'a b' })],
    ['colon', prop({ type: 'string', 'x-mcp-header': 'a:b' })],
    ['not ASCII', prop({ type: 'string', 'x-mcp-header': 'ä' })],
    ['control character', prop({ type: 'string', 'x-mcp-header': 'a\u0001' })],
    ['number', prop({ type: 'number', 'x-mcp-header': 'A' })],
    ['object', prop({ type: 'object', 'x-mcp-header': 'A' })],
    ['array', prop({ type: 'array', 'x-mcp-header': 'A' })],
    ['null type', prop({ type: 'null', 'x-mcp-header': 'A' })],
    ['no type', prop({ 'x-mcp-header': 'A' })],
    ['two types', prop({ type: ['string', 'null'], 'x-mcp-header': 'A' })],
    ['the same twice', { properties: { a: good, b: good } }],
    ['the same in another case', { properties: { a: good, b: { ...good, 'x-mcp-header': 'x-a' } } }],
    ['the same deeper', { properties: { a: good, b: { properties: { c: good } } } }],
    ['on the root', { type: 'string', 'x-mcp-header': 'A' }],
    ...['items', 'additionalProperties', 'contains', 'not', 'if', 'then', 'else', 'propertyNames'].map(
      (key): [string, object] => [`under ${key}`, prop({ type: 'array', [key]: good })],
    ),
    ...['unevaluatedItems', 'unevaluatedProperties', 'additionalItems', 'contentSchema'].map(
      (key): [string, object] => [`under ${key}`, { [key]: { properties: { a: good } } }],
    ),
    ...['allOf', 'anyOf', 'oneOf', 'prefixItems', 'items'].map((key): [string, object] => [
      `in ${key}`,
      { [key]: [{ type: 'null' }, { properties: { a: good } }] },
    ]),
    ...['$defs', 'definitions', 'dependentSchemas', 'dependencies', 'patternProperties'].map(
      (key): [string, object] => [`in ${key}`, { properties: { a: { $ref: '#/$defs/A' } }, [key]: { A: good } }],
    ),
  ])('%s', (_name, schema) => {
    const { frame, logs } = learn(OK, tool(schema), OK);
    expect(frame.bytes.toString()).toBe(`{"jsonrpc":"2.0", "id":1,"result":{"v":1e2,"tools":[${OK},${OK}],"z":0}}`);
    expect(logs).toHaveLength(1);
    expect(logs[0]).toMatch(/^The tool "bad" is left out: x-mcp-header /);
  });

  test.each<[string, object]>([
    ['none', prop({ type: 'number' })],
    ['string', prop(good)],
    ['integer', prop({ ...good, type: 'integer' })],
    ['boolean', prop({ ...good, type: 'boolean' })],
    ['deep', prop(prop(good))],
    ['an argument of that name', prop({ type: 'number' }, 'x-mcp-header')],
    ['a default that looks like one', prop({ type: 'object', default: { 'x-mcp-header': '' } })],
    ['an enum that looks like one', prop({ enum: [{ 'x-mcp-header': '' }] })],
    ['every letter of a token', prop({ ...good, 'x-mcp-header': "!#$%&'*+-.^_`|~09azAZ" })],
  ])('valid: %s', (_name, schema) => {
    const answer = page(OK, tool(schema));
    expect(new ToolHeaders().learn(answer, () => expect.unreachable())).toBe(answer);
  });
});

test('HTM-08: an excluded tool is told once, however often it is listed', () => {
  const headers = new ToolHeaders();
  const logs: string[] = [];
  const bad = tool(prop({ type: 'number', 'x-mcp-header': 'A' }));
  for (let round = 0; round < 3; round++) headers.learn(page(bad), (text) => void logs.push(text));
  expect(logs).toEqual([
    'The tool "bad" is left out: x-mcp-header stands on an argument that is no string, integer or boolean.',
  ]);
});

test('a tool cannot hide behind a repeated key', () => {
  const bad = tool(prop({ type: 'number', 'x-mcp-header': 'A' }));
  const text = `{"jsonrpc":"2.0","id":1,"result":{"tools":[],"tools":[${bad},${OK}],"x":1}}`;
  const frame = new ToolHeaders().learn(parseFrame(Buffer.from(text), 'server'), () => undefined);
  expect(frame.message).toEqual({ jsonrpc: '2.0', id: 1, result: { tools: [JSON.parse(OK)], x: 1 } });
});

test.each(['{}', '{"tools":{}}', '{"tools":[1,null,{"name":7}]}'])('an odd list passes: %s', (result) => {
  const frame = parseFrame(Buffer.from(`{"jsonrpc":"2.0","id":1,"result":${result}}`), 'server');
  expect(new ToolHeaders().learn(frame, () => expect.unreachable())).toBe(frame);
});

describe('HTM-06: arguments are mirrored', () => {
  const schema = {
    properties: {
      region: { type: 'string', 'x-mcp-header': 'Region' },
      count: { type: 'integer', 'x-mcp-header': 'Count' },
      dry: { type: 'boolean', 'x-mcp-header': 'Dry' },
      at: { properties: { zone: { type: 'string', 'x-mcp-header': 'Zone' } } },
      proto: { type: 'string', 'x-mcp-header': 'Proto' },
    },
  };
  const text = `{"name":"t","inputSchema":${JSON.stringify(schema).replace('"proto"', '"__proto__"')}}`;

  test.each<[string, unknown, Record<string, string>]>([
    ['all kinds', { region: 'eu', count: 3, dry: false }, { region: 'eu', count: '3', dry: 'false' }],
    ['nested', { at: { zone: 'a' } }, { zone: 'a' }],
    ['absent', {}, {}],
    ['null', { region: null, at: null }, {}],
    ['no object', 'eu', {}],
    ['encoded', { region: 'é' }, { region: '=?base64?w6k=?=' }],
    ['largest integers', { count: 2 ** 53 - 1 }, { count: '9007199254740991' }],
    ['negative', { count: -4 }, { count: '-4' }],
    ['beyond safe integers', { count: 2 ** 53 }, {}],
    ['fraction', { count: 1.5 }, {}],
    ['structured', { region: { a: 1 }, count: [1] }, {}],
    ['not mirrored', { other: 'x' }, {}],
  ])('%s', (_name, args, expected) => {
    const { headers } = learn(text);
    const prefixed = Object.entries(expected).map(([name, value]) => [`mcp-param-${name}`, value]);
    expect(headers.headersOf('t', args)).toEqual(Object.fromEntries(prefixed));
  });

  test('the schema that was seen last counts, and none is known of tools that were not seen', () => {
    const { headers } = learn(text);
    expect(headers.headersOf('toString', { region: 'eu' })).toEqual({});
    headers.learn(
      page(tool({ properties: { region: { type: 'string', 'x-mcp-header': 'Other' } } }, 't')),
      () => undefined,
    );
    expect(headers.headersOf('t', { region: 'eu' })).toEqual({ 'mcp-param-other': 'eu' });
    headers.learn(page(tool({}, 't')), () => undefined);
    expect(headers.headersOf('t', { region: 'eu' })).toEqual({});
  });
});
