import { expect, test } from 'vitest';
import { MAX_PAGES, MAX_TOOLS, readToolList } from '../../../core/gateway/tool-list.ts';

const tool = (name: string) => ({ name, inputSchema: { type: 'object' } });
const tools = (from: number, count: number) => Array.from({ length: count }, (_, n) => tool(`t${from + n}`));

test('FRM-23: 50,000 tools on many pages are all read, and not one more', async () => {
  let page = 0;
  const list = await readToolList(() => {
    page++;
    return Promise.resolve({ tools: tools(page * 100, 100), nextCursor: `c${page}` });
  });
  expect(list.tools).toHaveLength(MAX_TOOLS);
  expect(list.problems).toEqual([{ index: MAX_TOOLS, message: 'The list is cut at 50000 tools.' }]);
});

test('FRM-23: a repeated cursor ends the list; what was read stays', async () => {
  const cursors: (string | undefined)[] = [];
  const list = await readToolList((cursor) => {
    cursors.push(cursor);
    return Promise.resolve({ tools: tools(cursors.length, 1), nextCursor: cursors.length % 2 === 0 ? 'a' : 'b' });
  });
  expect(cursors).toEqual([undefined, 'b', 'a']);
  expect([list.tools.length, list.problems.length]).toEqual([3, 1]);
});

test('FRM-23: an ever-new cursor ends at 1,000 pages', async () => {
  let pages = 0;
  const list = await readToolList(() => {
    pages++;
    return Promise.resolve({ tools: [], nextCursor: `c${pages}` });
  });
  expect(pages).toBe(MAX_PAGES);
  expect(list.problems).toHaveLength(1);
});

test('an empty cursor is a cursor', async () => {
  const cursors: (string | undefined)[] = [];
  await readToolList((cursor) => {
    cursors.push(cursor);
    return Promise.resolve(cursor === undefined ? { tools: [], nextCursor: '' } : { tools: [] });
  });
  expect(cursors).toEqual([undefined, '']);
});

test('malformed tools are told and hide no other; unknown members stay', async () => {
  const good = { ...tool('good'), vendor: { kept: true } };
  const bad = [
    5,
    null,
    {},
    { name: 7, inputSchema: {} },
    { name: 'x' },
    { ...tool('y'), description: 1 },
    { ...tool('z'), annotations: [] },
  ];
  const list = await readToolList(() => Promise.resolve({ tools: [...bad, good] }));
  expect(list.tools).toEqual([good]);
  expect(list.problems.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6]);
});

test('a page that holds no list is an error', async () => {
  await expect(readToolList(() => Promise.resolve({ tools: 'none' }))).rejects.toMatchObject({
    code: 'PROTOCOL_ERROR',
  });
});
