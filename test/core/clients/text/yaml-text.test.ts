// The YAML codec: what is read, what is edited, and what is refused.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { membersOf, nodeAt, plainValue } from '../../../../core/base/json-tree.ts';
import { CannotEdit } from '../../../../core/clients/text/cannot-edit.ts';
import type { EntryPlace } from '../../../../core/clients/text/text-codec.ts';
import { yamlText } from '../../../../core/clients/text/yaml-text.ts';

const MAP: EntryPlace = { root: ['mcpServers'] };
const LIST: EntryPlace = { root: ['mcpServers'], nameKey: 'name' };
const VALUE = { command: '/opt/node', args: ['connect', 'a b'] };

function set(text: string, place = MAP, value: unknown = VALUE): string {
  return yamlText.setEntry(text, place, 'me', value, { unit: '  ' });
}

function plain(text: string): unknown {
  const parsed = yamlText.parse(text);
  if (parsed.kind === 'error') return `${parsed.problem} at ${parsed.line}`;
  return JSON.parse(JSON.stringify(parsed.tree.root === undefined ? null : plainValue(parsed.tree.root)));
}

describe('reading YAML', () => {
  it('gives nodes whose offsets lead to their source', () => {
    const text = 'a:\n  - "x"\n  - 0x1F # n\nb: {c: !t yes}\n';
    const parsed = yamlText.parse(text);
    const root = parsed.kind === 'tree' ? parsed.tree.root : undefined;
    const source = (node: { offset: number; length: number } | undefined) =>
      text.slice(node?.offset, (node?.offset ?? 0) + (node?.length ?? 0));
    expect(nodeAt(root, ['a'])?.children?.map(source)).toEqual(['"x"', '0x1F']);
    expect(source(nodeAt(root, ['b', 'c']))).toBe('yes');
    expect(plain(text)).toEqual({ a: ['x', 31], b: { c: 'yes' } });
  });

  it('reads the scalars of the core schema of YAML 1.2, whatever version the text names', () => {
    expect(plain('%YAML 1.1\n---\n[yes, 012, 0o14, ~, True, 1e3, 2020-01-01, 1:30]\n')).toEqual([
      'yes',
      12,
      12,
      null,
      true,
      1000,
      '2020-01-01',
      '1:30',
    ]);
  });

  it('resolves aliases and merges, own members first', () => {
    const text = 'x: &a {command: q, args: [1]}\ny: &b {cwd: /d}\nz:\n  <<: [*a, *b]\n  command: own\nw: *a\n"<<": 1\n';
    expect(plain(text)).toMatchObject({
      z: { command: 'own', args: [1], cwd: '/d' },
      w: { command: 'q', args: [1] },
      '<<': 1,
    });
  });

  it('keeps duplicates, with the last one counting', () => {
    const parsed = yamlText.parse('a: 1\nb: 2\na: 3\n');
    const members = membersOf(parsed.kind === 'tree' ? parsed.tree.root : undefined);
    expect([members.get('a')?.properties.length, members.get('a')?.value.value]).toEqual([2, 3]);
  });

  it('takes no tag for more than plain data', () => {
    expect(plain('a: !!python/object/apply:os.system ["x"]\nb: !!js/function "f"\nc: !!binary aGk=\n')).toEqual({
      a: ['x'],
      b: 'f',
      c: 'aGk=',
    });
    expect(plain('a: !!set {x, y}\n')).toEqual({ a: { x: null, y: null } });
  });

  it('CFG-14 ends alias bombs, cycles, deep nesting and huge texts with an error', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let level = 1; level < 12; level += 1) {
      lines.push(
        `a${level}: &a${level} [${Array(10)
          .fill(`*a${level - 1}`)
          .join(', ')}]`,
      );
    }
    expect(plain(lines.join('\n'))).toMatch(/^too-large/);
    const merges = ['a0: &a0 {k: &v [1,2,3,4,5,6,7,8,9,0]}'];
    for (let level = 1; level < 40; level += 1)
      merges.push(`a${level}: &a${level} {k: [*a${level - 1}, *a${level - 1}]}`);
    expect(plain(merges.join('\n'))).toMatch(/^too-/);
    expect(plain('a: &a [*a]\n')).toBe('syntax at 1');
    expect(plain('a: *nothing\n')).toBe('syntax at 1');
    expect(plain('['.repeat(100_000))).toBe('too-deep at 1');
    expect(plain('- '.repeat(100_000))).toBe('too-deep at 1');
    expect(plain('{a: '.repeat(100_000))).toBe('too-deep at 1');
    expect(plain(`a: ${'x'.repeat(4 * 1024 * 1024)}`)).toBe('too-large at 1');
  });

  it('refuses several documents and broken text', () => {
    expect(plain('a: 1\n---\nb: 2\n')).toBe('several at 2');
    expect(plain('a: [1\nb: 2\n')).toMatch(/^syntax/);
    expect(plain('# only a comment\n')).toBeNull();
  });

  it('treats __proto__ as an ordinary name', () => {
    expect(Object.keys(plain('__proto__: {x: 1}\nconstructor: 2\n') as object)).toEqual(['__proto__', 'constructor']);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it('finds comments, and not what only looks like one', () => {
    const text = '# a\nb: "# no" # c\nd: |\n  # text\ne: x#y\n';
    expect(yamlText.comments(text).map(({ offset, length }) => text.slice(offset, offset + length))).toEqual([
      '# a',
      '# c',
    ]);
  });
});

describe('editing YAML', () => {
  const block = 'me:\n    command: /opt/node\n    args:\n      - connect\n      - a b\n';

  it.each<[text: string, place: EntryPlace, after: string]>([
    ['', MAP, `mcpServers:\n  ${block}`],
    ['# top\n', MAP, `# top\nmcpServers:\n  ${block}`],
    ['a: 1', MAP, `a: 1\nmcpServers:\n  ${block}`.trimEnd()],
    ['mcpServers: {} # none\nb: 1\n', MAP, `mcpServers: # none\n  ${block}b: 1\n`],
    ['mcpServers:\n\nb: 1\n', MAP, `mcpServers:\n  ${block}\nb: 1\n`],
    [
      'mcpServers:\n  x: 1 # q\n  # of x\n# of b\nb: 1\n',
      MAP,
      `mcpServers:\n  x: 1 # q\n  # of x\n  ${block}# of b\nb: 1\n`,
    ],
    ['mcpServers: {x: 1}\n', MAP, 'mcpServers: {x: 1, "me": { "command": "/opt/node", "args": ["connect", "a b"] }}\n'],
    [
      'mcpServers: {x: 1,}\n',
      MAP,
      'mcpServers: {x: 1, "me": { "command": "/opt/node", "args": ["connect", "a b"] }}\n',
    ],
    [
      'mcpServers:\n- name: x\n# b\nb: 1\n',
      LIST,
      'mcpServers:\n- name: x\n- name: me\n  command: /opt/node\n  args:\n  - connect\n  - a b\n# b\nb: 1\n',
    ],
    [
      'a:\r\n    - 1\r\n',
      MAP,
      'a:\r\n    - 1\r\nmcpServers:\r\n    me:\r\n        command: /opt/node\r\n        args:\r\n            - connect\r\n            - a b\r\n',
    ],
  ])('adds to %j', (text, place, after) => {
    expect(set(text, place)).toBe(after);
  });

  it('replaces every duplicate of the entry and nothing else', () => {
    const text = "mcpServers:\n  me: # mine\n    x: 1\n\n  other: 1 # c\n  me: {y: 2} # z\n  'me': old\n";
    expect(set(text)).toBe(
      'mcpServers:\n  me: # mine\n    command: /opt/node\n    args:\n      - connect\n      - a b\n\n  other: 1 # c\n' +
        '  me: { "command": "/opt/node", "args": ["connect", "a b"] } # z\n' +
        "  'me':\n    command: /opt/node\n    args:\n      - connect\n      - a b\n",
    );
  });

  it('changes nothing for an equal value in any notation', () => {
    const text = 'mcpServers:\n  me: {args: [connect,  "a b"], \'command\': /opt/node}\n';
    expect(set(text)).toBe(text);
  });

  it.each([
    ['an entry that is an alias', 'x: &a {command: q}\nmcpServers:\n  me: *a\n'],
    ['a place that is an alias', 'x: &a {b: {c: 1}}\nmcpServers: *a\n'],
    ['an entry that others refer to', 'mcpServers:\n  me: &a\n    b: 1\n  other: *a\n'],
    ['braces with comments', 'mcpServers: { # c\n  a: 1 }\n'],
    ['a list where a map belongs', 'mcpServers:\n  - a\n'],
    ['several documents', 'a: 1\n---\nb: 1\n'],
  ])('refuses %s', (_what, text) => {
    expect(() => set(text)).toThrow(CannotEdit);
  });

  it('refuses to remove what a merge brings', () => {
    expect(() => yamlText.removeEntry('x: &a\n  me: {b: 1}\nmcpServers:\n  <<: *a\n', MAP, 'me')).toThrow(CannotEdit);
  });

  it('removes an entry with its lines and leaves comments around it', () => {
    const text = 'mcpServers:\n  # of a\n  a: 1\n  # of me\n  me:\n    x: 1 # last\n  b: 2\n';
    expect(yamlText.removeEntry(text, MAP, 'me')).toBe('mcpServers:\n  # of a\n  a: 1\n  # of me\n  # last\n  b: 2\n');
    expect(yamlText.removeEntry('mcpServers:\n  me:\n    x: 1\nb: 1\n', MAP, 'me')).toBe('mcpServers: {}\nb: 1\n');
    expect(yamlText.removeEntry('mcpServers:\n  - name: me\n', LIST, 'me')).toBe('mcpServers: []\n');
    expect(yamlText.removeEntry('mcpServers: {me: 1, b: 2}\n', MAP, 'me')).toBe('mcpServers: {b: 2}\n');
  });
});

// Generated files: lines of entries in many notations, each known by its exact text.
const word = fc
  .stringMatching(/^[a-z]{1,6}$/)
  .filter((text) => text !== 'me' && !['y', 'n', 'no', 'on'].includes(text));
const scalar = fc.oneof(
  word,
  fc.string({ maxLength: 12 }).map((text) => JSON.stringify(text)),
  fc.string({ maxLength: 12, unit: 'grapheme-ascii' }).map((text) => `'${text.replaceAll("'", "''")}'`),
  fc.constantFrom('1', '0x1f', 'true', '~', '', '[a, {b: 1}]', '{x: "y", z: [1,2]}', '!t v', '&q w'),
);
const note = fc.constantFrom('', '', '', ' # note', ' # a: "b"');
const between = fc.constantFrom([], [], [''], ['  # a comment'], ['', '# root {', ''], ['      # deep']);
const member = fc.tuple(word, scalar, note).map(([key, value, comment]) => [`${key}: ${value}${comment}`]);
const blockText = fc
  .tuple(word, fc.constantFrom('|', '>', '|-', '|+', '>-'), word)
  .map(([key, mark, text]) => [`${key}: ${mark}`, `  # ${text}`, '', `    ${text}`]);
const nested = fc
  .tuple(word, note, fc.array(fc.oneof(member, blockText), { minLength: 1, maxLength: 3 }))
  .map(([key, comment, members]) => [
    `${key}:${comment}`,
    ...members.flat().map((line) => (line === '' ? '' : `  ${line}`)),
  ]);
const entry = fc.oneof(member, nested, blockText);
const file = fc.record({
  head: fc.array(fc.oneof(member, nested), { maxLength: 2 }),
  entries: fc.array(fc.tuple(between, entry), { maxLength: 4 }),
  tail: fc.array(fc.oneof(member, nested), { maxLength: 2 }),
  before: between,
  indent: fc.integer({ min: 1, max: 4 }),
  isList: fc.boolean(),
  eol: fc.constantFrom('\n', '\r\n'),
  hasEnd: fc.boolean(),
  own: fc.option(
    fc.tuple(fc.nat({ max: 4 }), fc.constantFrom<string[]>(['command: old # mine'], ['c: |', '  text', 'a:', '  - b'])),
    { nil: undefined },
  ),
});
const value = fc.record({
  command: fc.string({ maxLength: 20 }),
  args: fc.array(fc.string({ maxLength: 10, unit: 'binary' }), { maxLength: 3 }),
  env: fc.dictionary(fc.string({ maxLength: 6 }), fc.oneof(fc.string(), word), { maxKeys: 3 }),
  enabled: fc.boolean(),
});

type Made = typeof file extends fc.Arbitrary<infer File> ? File : never;

/** The text, and the pieces of it that are not ours. */
function build({ head, entries, tail, before, indent, isList, eol, hasEnd, own }: Made) {
  const pad = ' '.repeat(indent);
  const foreign: string[] = [];
  const lines: string[] = [];
  const add = (piece: string[], mine = false) => {
    lines.push(...piece);
    if (!mine) foreign.push(piece.join(eol));
  };
  const item = (name: string, members: string[]) =>
    isList
      ? [`${pad}- name: ${name}`, ...members.map((line) => (line === '' ? '' : `${pad}  ${line}`))]
      : members.map((line) => (line === '' ? '' : pad + line));
  for (const piece of head) add(piece);
  add([...before, 'mcpServers: # all of them']);
  for (const [index, [gap, body]] of entries.entries()) {
    if (own?.[0] === index) {
      add(isList ? item('me', own[1]) : [`${pad}me:`, ...own[1].map((line) => `${pad}  ${line}`)], true);
    }
    add([...gap, ...item(`e${index}`, body)]);
  }
  for (const piece of tail) add(piece);
  return { text: lines.join(eol) + (hasEnd ? eol : ''), foreign, place: isList ? LIST : MAP };
}

describe('every YAML file', () => {
  it('CFG-04 an edit leaves everything else byte for byte, and the entry reads back', () => {
    let edited = 0;
    fc.assert(
      fc.property(file, value, (made, wanted) => {
        const { text, foreign, place } = build(made);
        if (yamlText.parse(text).kind === 'error') return;
        const after = set(text, place, wanted);
        edited += 1;
        // All that is not ours stands in the result, in the same order.
        let from = 0;
        for (const piece of foreign) {
          const found = after.indexOf(piece, from);
          expect(found, `${piece} in ${after}`).toBeGreaterThanOrEqual(from);
          from = found + piece.length;
        }
        expect(entryOf(parse(after, { uniqueKeys: false, logLevel: 'silent' }), place)).toEqual(
          place === LIST ? { name: 'me', ...wanted } : wanted,
        );
        expect(set(after, place, wanted)).toBe(after);
        // Without an entry of ours before, taking it out again gives the old bytes.
        const had = made.own !== undefined && made.own[0] < made.entries.length;
        if (!had && made.entries.length > 0) expect(yamlText.removeEntry(after, place, 'me')).toBe(text);
      }),
      { numRuns: 1_000 },
    );
    expect(edited).toBeGreaterThan(500);
  });
});

function entryOf(data: unknown, { nameKey }: EntryPlace): unknown {
  const servers = (data as { mcpServers: unknown }).mcpServers;
  if (nameKey === undefined) return (servers as Record<string, unknown>)['me'];
  return (servers as { name: string }[]).find(({ name }) => name === 'me');
}
