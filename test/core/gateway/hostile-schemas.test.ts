// Schemas of servers are data here: they are passed on and shown, never fetched, compiled or run.
import { expect, onTestFinished, test } from 'vitest';
import { http } from '../../../core/base/node-http.ts';
import { readToolList } from '../../../core/gateway/tool-list.ts';

test('FRM-15: references to other places are never fetched, and the tool keeps its schema as received', async () => {
  let asked = 0;
  const spy = http.createServer((_request, response) => {
    asked += 1;
    response.end('{}');
  });
  await new Promise<void>((resolve) => spy.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void spy.close());
  const address = spy.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const refs = [`http://127.0.0.1:${port}/a.json`, 'file:///etc/passwd', '../b.json', '#/$defs/self', '#/missing'];
  const tools = refs.map(($ref, number) => ({
    name: `t${number}`,
    inputSchema: { type: 'object', properties: { x: { $ref } }, $defs: { self: { $ref: '#/$defs/self' } } },
    outputSchema: { $dynamicRef: $ref },
  }));
  const list = await readToolList(() => Promise.resolve({ tools }));
  expect(list.tools).toEqual(tools);
  expect(list.problems).toEqual([]);
  expect(asked).toBe(0);
});

test('FRM-14, FRM-16: regular expressions and unions without end cost nothing and hide no other tool', async () => {
  const deep = Array.from({ length: 150 }).reduce<object>((inner) => ({ allOf: [inner] }), { type: 'string' });
  const tools = [
    { name: 'regex', inputSchema: { type: 'object', properties: { x: { type: 'string', pattern: '^(a+)+$' } } } },
    { name: 'wide', inputSchema: { type: 'object', anyOf: Array.from({ length: 10_000 }, (_, n) => ({ const: n })) } },
    { name: 'deep', inputSchema: { type: 'object', properties: { x: deep } } },
    { name: 'fine', inputSchema: { type: 'object' } },
  ];
  const list = await readToolList(() => Promise.resolve({ tools }));
  expect(list.tools.map(({ name }) => name)).toEqual(['regex', 'wide', 'deep', 'fine']);
  expect(list.problems).toEqual([]);
});
