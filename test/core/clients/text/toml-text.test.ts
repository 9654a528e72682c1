// TOML of other clients: what its tree says, where a new entry goes, and what a change leaves alone.
import { describe, expect, it } from 'vitest';
import { nodeAt, plainValue } from '../../../../core/base/json-tree.ts';
import { maskText } from '../../../../core/clients/mask-text.ts';
import { tomlText } from '../../../../core/clients/text/toml-text.ts';

const PLACE = { root: ['mcp_servers'] };
const ENTRY = { command: '/opt/portolan', args: ['connect', 'docs'] };

function valueOf(text: string): unknown {
  const parsed = tomlText.parse(text);
  if (parsed.kind === 'error') throw new Error(`line ${parsed.line}`);
  return parsed.tree.root === undefined ? undefined : JSON.parse(JSON.stringify(plainValue(parsed.tree.root)));
}

function set(text: string, name = 'docs', value: object = ENTRY): string {
  return tomlText.setEntry(text, PLACE, name, value, { unit: '  ' });
}

describe('reading TOML', () => {
  it('tables, dotted keys, inline tables and lists of tables become one tree', () => {
    expect(
      valueOf(
        'a.b = 1\nq."x.y" = { c.d = true, e = [1, "two", { f = 3 }] }\n[t]\nu = 0x1F\n[t.v]\nw = 45.5\n' +
          '[[list]]\nn = 1\n[list.sub]\nm = 1\n[[list]]\nn = 2\n[[list.deep]]\nk = 1979-05-27\n',
      ),
    ).toEqual({
      a: { b: 1 },
      q: { 'x.y': { c: { d: true }, e: [1, 'two', { f: 3 }] } },
      t: { u: 31, v: { w: 45.5 } },
      list: [
        { n: 1, sub: { m: 1 } },
        { n: 2, deep: [{ k: '1979-05-27' }] },
      ],
    });
    expect(valueOf('# nothing else\n')).toBeUndefined();
  });

  it('CFG-14 names such as __proto__ are ordinary names and change no prototype', () => {
    const parsed = tomlText.parse('[mcp_servers.__proto__]\ncommand = "p"\n[mcp_servers.constructor]\ncommand = "c"\n');
    const root = parsed.kind === 'tree' ? parsed.tree.root : undefined;
    expect(nodeAt(root, ['mcp_servers', '__proto__', 'command'])?.value).toBe('p');
    expect(nodeAt(root, ['mcp_servers', 'constructor', 'command'])?.value).toBe('c');
    expect(({} as Record<string, unknown>)['command']).toBeUndefined();
  });

  it('a node stands where its text stands', () => {
    const text = 'x = 1 # é\n[mcp_servers.docs]\nurl = "https://é.example"\n';
    const parsed = tomlText.parse(text);
    const url = nodeAt(parsed.kind === 'tree' ? parsed.tree.root : undefined, ['mcp_servers', 'docs', 'url']);
    expect(text.slice(url?.offset, (url?.offset ?? 0) + (url?.length ?? 0))).toBe('"https://é.example"');
    expect(tomlText.comments(text)).toEqual([{ offset: 6, length: 3 }]);
  });

  it.each([
    ['a = 1\nb = ', 2, 5],
    ['a = 1\r\n\r\n  token = "EXAMPLE-secret\n', 3, 26],
    ['a = 1\na = 2', 2, 1],
    ['[t]\nx = 1\n[t]\n', 3, 2],
    ['a = {b = 1}\n[a.c]\n', 2, 2],
  ])('an error has its line and column and quotes nothing: %j', (text, line, column) => {
    const parsed = tomlText.parse(text);
    expect(parsed).toEqual({ kind: 'error', problem: 'syntax', message: 'this is not valid TOML', line, column });
  });

  it.each([
    ['lists', `a = ${'['.repeat(300)}${']'.repeat(300)}`],
    ['far too many lists', `a = ${'['.repeat(50_000)}${']'.repeat(50_000)}`],
    ['dotted names', `${Array(300).fill('a').join('.')} = 1`],
    ['a table', `[${Array(300).fill('a').join('.')}]`],
    ['inline tables', `a = ${'{a='.repeat(300)}1${'}'.repeat(300)}`],
    ['one long text', `a = "${'x'.repeat(400_000)}"`],
    ['a long file', '#'.repeat(5_000_000)],
  ])('CFG-14 %s beyond the limits are an error, not a crash', (_, text) => {
    expect(tomlText.parse(text)).toMatchObject({ kind: 'error', problem: 'too-deep' });
  });

  it('secrets in values and comments are hidden when a text is shown', () => {
    const text =
      '[mcp_servers.x.env]\nAPI_KEY = "sk-EXAMPLE-0000000000"\n' +
      "PASSWORD = '''EXAMPLE-long-secret'''\n# API_KEY = \"EXAMPLE-0000000000\"\n# PAGER = \"less\"\n";
    const shown = maskText(text, tomlText);
    expect(shown).not.toContain('EXAMPLE');
    expect(shown).toContain('# PAGER = "less"');
    expect(shown.split('\n')).toHaveLength(text.split('\n').length);
  });
});

describe('writing TOML', () => {
  const LINES = 'command = "/opt/portolan"\nargs = ["connect", "docs"]';

  it('an empty text gets one table, a text without servers gets it at its end', () => {
    expect(set('')).toBe(`[mcp_servers.docs]\n${LINES}\n`);
    expect(set('model = "m"\n\n[profiles.x]\na = 1')).toBe(
      `model = "m"\n\n[profiles.x]\na = 1\n\n[mcp_servers.docs]\n${LINES}`,
    );
  });

  it('a new entry stands behind the last server, with its indentation, and before what follows', () => {
    expect(set('[mcp_servers.a]\n  url = "x" # x\n\n  [mcp_servers.a.env]\n  A = 1\n\n# fast\n[profiles.fast]\n')).toBe(
      '[mcp_servers.a]\n  url = "x" # x\n\n  [mcp_servers.a.env]\n  A = 1\n\n' +
        `[mcp_servers.docs]\n  ${LINES.replace('\n', '\n  ')}\n\n# fast\n[profiles.fast]\n`,
    );
  });

  it('a name is quoted where it must be', () => {
    expect(set('', 'dotted.name "q"')).toContain('[mcp_servers."dotted.name \\"q\\""]\n');
    expect(set('', '__proto__')).toContain('[mcp_servers.__proto__]\n');
  });

  it('an entry with tables below it gives way as a whole; what is written around it stays', () => {
    const text =
      '# top\n\n[mcp_servers.docs] # mine\nurl = "x"\n\n[mcp_servers.docs.env]\nA = "1" # gone\n\n' +
      '[other]\n# kept\n\n[mcp_servers.docs.tools.write]\napproval_mode = "approve"\n';
    expect(set(text)).toBe(`# top\n\n[mcp_servers.docs] # mine\n${LINES}\n\n[other]\n# kept\n`);
  });

  it('an equal entry changes nothing, in whatever form it stands', () => {
    const text = '[mcp_servers]\ndocs.args = ["connect", "docs"]\ndocs.command = \'/opt/portolan\' # so\n';
    expect(set(text)).toBe(text);
  });

  it('removing what was set gives the text back', () => {
    for (const text of [
      'model = "m"\n',
      'model = "m"',
      '[mcp_servers.a]\nurl = "x"\n\n[z]\n',
      'a = 1\r\n\r\n# end\r\n',
    ]) {
      expect(tomlText.removeEntry(set(text), PLACE, 'docs')).toBe(text);
    }
  });

  it('a text that is no TOML is not edited', () => {
    expect(() => set('a =')).toThrow('only valid TOML can be edited');
  });
});
