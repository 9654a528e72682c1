// Rules that hold for every TOML text: only our entry differs, the result parses, and our entry reads back.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainValue } from '../../../../core/base/json-tree.ts';
import { tomlText } from '../../../../core/clients/text/toml-text.ts';

const PLACE = { root: ['mcp_servers'] };
const OURS = 'ours';
const STYLE = { unit: '  ' };

/** A stretch of a text. A frame stays when our entry is set, and goes with it when it is removed. */
interface Part {
  readonly text: string;
  readonly kind: 'other' | 'frame' | 'own';
}

const other = (text: string): Part => ({ text, kind: 'other' });
const frame = (text: string): Part => ({ text, kind: 'frame' });
const own = (text: string): Part => ({ text, kind: 'own' });

const name = fc.constantFrom(
  'docs',
  'two-words',
  '"dotted.name"',
  "'quo ted'",
  '__proto__',
  'constructor',
  '"é\\u0041"',
);
const scalar = fc.constantFrom(
  '"a # b"',
  "'C:\\data'",
  '"""\n[mcp_servers.ours]\ncommand = 1"""',
  "'''two\nlines'''",
  '0x1F',
  '45.5',
  '1_000',
  'true',
  '1979-05-27T07:32:00Z',
  '[ "x", # in a list\n  "y", ]',
  '{ "X-A" = "1", b.c = [2] }',
);
const note = fc.constantFrom('', ' # note', '  # [mcp_servers.ours]');
const gap = fc.constantFrom('', '\n', '# command = "x"\n', '\n\n', '  # indented\n');
const indent = fc.constantFrom('', '  ', '\t');

/** Another server in a table of its own, perhaps with tables below it. */
const otherTable = fc
  .tuple(name, scalar, note, indent, gap, fc.boolean())
  .map(([key, value, end, lead, space, deep]) => {
    const below = deep ? `${lead}[mcp_servers.${key}.env]\n${lead}A = ${value}${end}\n` : '';
    return [key, `${lead}[mcp_servers.${key}]${end}\n${lead}command = ${value}${end}\n${below}${space}`] as const;
  });

/** Our entry in each form that it can have among tables. */
const ownTables = fc.constantFrom<readonly Part[]>(
  [frame('[mcp_servers.ours]\n'), own('command = "old"\n# inside\nargs = [ "a" ]'), frame(' # behind\n')],
  [own('[mcp_servers.ours.env]\nA = "1"'), other('\n')],
  [frame('[mcp_servers.ours] # head\n'), own('command = "old"\n'), own('[mcp_servers.ours.env]\nA = """\nx"""\n')],
  [
    own('  [mcp_servers."ours"]\n  url = "x"\n'),
    own('\n  [[mcp_servers.ours.list]]\n  a = 1\n  [[mcp_servers.ours.list]]\n'),
  ],
  [frame('[mcp_servers.ours] # empty'), own(''), frame('\n')],
);

/** Our entry in each form that it can have in a table of servers. */
const ownKeys = fc.constantFrom<readonly Part[]>(
  [frame('ours = '), own('{ command = "old" }'), frame(' # behind\n')],
  [own('ours.command = "old"'), other('\n'), own('ours.args = [\n "a" # inside\n]\n')],
  [own('"ours".env.A = "1"'), other('\n')],
  [],
);

const tables = fc
  .tuple(gap, fc.uniqueArray(otherTable, { maxLength: 3, selector: ([key]) => key }), fc.option(ownTables), fc.nat(3))
  .map(([start, others, ours, at]) => {
    const parts: Part[] = others.map(([, text]) => other(text));
    if (ours !== null) parts.splice(Math.min(at, parts.length), 0, ...ours);
    return [other(`model = "m"\n${start}`), ...parts];
  });
const mapTable = fc
  .tuple(ownKeys, scalar, note, gap)
  .map(([ours, value, end, space]) => [
    other(`[mcp_servers] # all\ndocs = { command = ${oneLine(value)} }${end}\nlist.command = ${value}\n`),
    ...ours,
    other(`last.args = [] ${end}\n${space}`),
  ]);
const topKeys = fc
  .tuple(fc.boolean(), scalar, gap)
  .map(([present, value, space]) => [
    other(`mcp_servers.docs.command = ${value}\n`),
    ...(present ? [own('mcp_servers.ours.command = "old"\n'), own('mcp_servers.ours.cwd = "/"\n')] : []),
    other(`model = ${value}\n${space}`),
  ]);
const inlineRoot = fc
  .constantFrom<readonly Part[]>(
    [
      other('mcp_servers = { docs = { command = "x" }'),
      frame(', ours = '),
      own('{ command = "old" }'),
      other(', z.a = 1 } # end\n'),
    ],
    [other('mcp_servers = {'), own(' ours.command = "old", ours.cwd = "/"'), other(' }\n')],
    [other('mcp_servers = { docs = { command = "x" } }\n')],
    [other('mcp_servers = {}\n')],
    [
      other('mcp_servers = {'),
      own(' ours.command = "a",'),
      other(' docs.command = "x"'),
      own(', ours.cwd = "/"'),
      other(' } # end\n'),
    ],
    [
      other('mcp_servers = { docs = 1, # note\n  '),
      frame('ours = '),
      own('{ a = 1 },'),
      other(' # of a list\n  z = 2, # last\n}\n'),
    ],
  )
  .map((parts) => [other('model = 1 # top\n'), ...parts]);
const tail = fc.constantFrom('', '\n[profiles.fast]\nmodel = "f"\n', '# end', '[[hooks]]\na = 1\n\n[[hooks]]\na = 2');
const file = fc
  .tuple(fc.oneof(tables, mapTable, topKeys, inlineRoot), tail, fc.boolean())
  .map(([parts, end, crlf]) =>
    [...parts, other(end)].map((part) => ({ ...part, text: crlf ? part.text.replaceAll('\n', '\r\n') : part.text })),
  );

const entry = fc.constantFrom<object>(
  { command: '/opt/portolan', args: ['connect', 'ours'] },
  {
    url: 'https://x.example/mcp',
    http_headers: { 'X-"A"': 'b\\\u0001\u007f' },
    enabled: false,
    tool_timeout_sec: 45.5,
  },
);

describe('every TOML text', () => {
  it('CFG-04 only our entry differs after it is set, and it reads back', () => {
    fc.assert(
      fc.property(file, entry, (parts, value) => {
        const before = textOf(parts);
        const after = tomlText.setEntry(before, PLACE, OURS, value, STYLE);
        expect(plain(after)).toEqual(withEntry(plain(before), value));
        expectForeign(parts, after);
        expect(tomlText.setEntry(after, PLACE, OURS, value, STYLE)).toBe(after);
      }),
      { numRuns: 2_000 },
    );
  });

  it('CFG-04 an entry that was not there is one insertion in the line endings of the text', () => {
    fc.assert(
      fc.property(file, entry, (parts, value) => {
        fc.pre(parts.every((part) => part.kind === 'other'));
        const before = textOf(parts);
        const after = tomlText.setEntry(before, PLACE, OURS, value, STYLE);
        let start = 0;
        while (start < before.length && before[start] === after[start]) start += 1;
        expect(after.endsWith(before.slice(start)), JSON.stringify([before, after])).toBe(true);
        expect(after.endsWith('\n')).toBe(before.endsWith('\n') || before === '');
        expect(after.includes('\r\n')).toBe(before.includes('\r\n'));
        expect(/[^\r]\n/.test(after) && before.includes('\r\n')).toBe(false);
      }),
      { numRuns: 1_000 },
    );
  });

  it('CFG-04 only our entry is gone after it is removed', () => {
    fc.assert(
      fc.property(file, (parts) => {
        const before = textOf(parts);
        const after = tomlText.removeEntry(before, PLACE, OURS);
        const expected = plain(before);
        delete expected['mcp_servers']?.[OURS];
        expect({ mcp_servers: {}, ...plain(after) }).toEqual({ mcp_servers: {}, ...expected });
        expectForeign(parts, after, true);
      }),
      { numRuns: 2_000 },
    );
  });
});

function textOf(parts: readonly Part[]): string {
  return parts.map((part) => part.text).join('');
}

function oneLine(value: string): string {
  return value.includes('\n') ? '"x"' : value;
}

type Plain = Record<string, Record<string, unknown>>;

/** The data of a text, prototypes aside. */
function plain(text: string): Plain {
  const parsed = tomlText.parse(text);
  if (parsed.kind === 'error') throw new Error(`line ${parsed.line}: ${text}`);
  const value = parsed.tree.root === undefined ? {} : plainValue(parsed.tree.root);
  return JSON.parse(JSON.stringify(value)) as Plain;
}

function withEntry(data: Plain, value: object): Plain {
  return { ...data, mcp_servers: { ...data['mcp_servers'], [OURS]: JSON.parse(JSON.stringify(value)) as unknown } };
}

/** Every stretch of others stands in `after`, whole and in order; only white space at its ends may have gone. */
function expectForeign(parts: readonly Part[], after: string, isRemoved = false): void {
  const isOurs = (part: Part) => part.kind === 'own' || (isRemoved && part.kind === 'frame');
  // Without anything of ours there is one insertion, which the next rule looks at.
  if (parts.every((part) => part.kind === 'other')) return;
  const stretches = [''];
  for (const part of parts) {
    if (!isOurs(part)) stretches.push((stretches.pop() ?? '') + part.text);
    else if (stretches.at(-1) !== '') stretches.push('');
  }
  let from = 0;
  for (const stretch of stretches.map((text) => text.trim())) {
    const at = after.indexOf(stretch, from);
    expect(at, JSON.stringify([stretch, after])).toBeGreaterThanOrEqual(0);
    from = at + stretch.length;
  }
}
