// Rules that hold for every file: only our entries differ, and what is written reads back as it was meant.
import * as fc from 'fast-check';
import { type Node, parseTree } from 'jsonc-parser';
import { describe, expect, it } from 'vitest';
import type { ServerEntry } from '../../../shared/model/server-entry.ts';
import type { ClientFormat } from '../../../core/clients/client-format.ts';
import { CLIENT_FORMATS, clientFormat } from '../../../core/clients/client-formats.ts';
import { buildExportPlan } from '../../../core/clients/export-plan.ts';
import type { FileForm } from '../../../core/clients/file-entries.ts';
import { buildImportPlan } from '../../../core/clients/import-plan.ts';
import { jsonText } from '../../../core/clients/text/json-text.ts';
import { decodeFile } from '../../../core/clients/file-text.ts';
import type { TextFormat } from '../../../core/clients/text/text-codec.ts';
import { LAUNCHER, serverEntry } from '../../support/test-clients.ts';

const word = fc.stringMatching(/^[a-z]{1,8}$/);
const space = fc.constantFrom('', ' ', '\n', '\n  ', '\r\n\t', ' // note, "x": {\n', ' /* a } , */ ');
const scalar = fc.oneof(
  fc.string().map((text) => JSON.stringify(text)),
  fc.integer().map(String),
  fc.constantFrom('null', 'true'),
);

/** Text of an object with comments, odd spacing, duplicate keys and perhaps a trailing comma. */
function objectText(value: fc.Arbitrary<string>, trailing: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const member = fc.tuple(space, fc.oneof(word, fc.constant('__proto__')), space, value, space);
  return fc.tuple(fc.array(member, { maxLength: 5 }), space, trailing).map(([members, end, comma]) => {
    const inner = members.map(([a, key, b, text, c]) => `${a}${JSON.stringify(key)}:${b}${text}${c}`).join(',');
    return `{${inner}${members.length > 0 ? comma : ''}${end}}`;
  });
}

const trailing = fc.constantFrom('', '', ',');
const entryText = objectText(scalar, trailing);
const file = fc
  .record({
    map: objectText(entryText, trailing),
    extra: objectText(scalar, trailing),
    order: fc.boolean(),
    head: space,
    tail: space,
    bom: fc.boolean(),
    final: fc.boolean(),
  })
  .map(({ map, extra, order, head, tail, bom, final }) => (root: readonly string[]) => {
    const rest = extra.slice(1, -1).trim() === '' ? '' : `"other": ${extra}`;
    const body = root.reduceRight((inner, key) => {
      const parts = [`${JSON.stringify(key)}: ${inner}`, rest].filter((part) => part !== '');
      return `{\n  ${(order ? parts : parts.toReversed()).join(',\n  ')}${tail}}`;
    }, map);
    const text = `${head}${body}${final ? '\n' : ''}`;
    return Buffer.from(bom ? `\uFEFF${text}` : text);
  });

/** How the main file of a client is written. */
function formatOf(format: ClientFormat): TextFormat {
  return format.files({ env: {}, platform: 'linux', homeDir: '/home/me' })[0]?.format ?? 'json';
}

/** The formats with code of their own, or that can hold little; the others share theirs, so fewer runs tell as much. */
const RUN_OFTEN = new Set(['boltai', 'claude-desktop', 'claude-code', 'vscode', 'cline', 'open-webui']);
const runs = (format: ClientFormat, often: number, seldom: number) => (RUN_OFTEN.has(format.id) ? often : seldom);
/** Open WebUI starts no programs; a workspace of VS Code and a project of Claude Code have their servers deeper. */
const PLACES = [
  // The codecs of other text forms have tests of their own.
  ...CLIENT_FORMATS.filter((format) => format.id !== 'open-webui' && formatOf(format).startsWith('json')).map(
    (format) => ({ format, root: format.place.root }),
  ),
  { format: clientFormat('vscode'), root: ['settings', 'mcp', 'servers'] },
  { format: clientFormat('claude-code'), root: ['projects', 'C:\\src/app', 'mcpServers'] },
];
const CONTEXT = { launcher: LAUNCHER, gateway: { refused: 'there is none' } };

describe('every file', () => {
  it('CFG-04 many entries set at once give the text that they give one after the other', () => {
    const place = { root: ['mcpServers'] };
    const style = { unit: '\t' };
    const text = fc.oneof(
      file.map((make) => decodeFile(make(['mcpServers']))?.text ?? ''),
      fc.constantFrom('', '// only a comment\n', '{}', '{"a": 1}', '{\n}', '{"mcpServers": {}}'),
    );
    const entry = fc.record({ command: word, args: fc.array(word, { maxLength: 3 }) });
    const entries = fc.uniqueArray(fc.tuple(fc.oneof(word, fc.constant('__proto__')), entry), {
      maxLength: 6,
      selector: ([name]) => name,
    });
    fc.assert(
      fc.property(text, entries, (before, changes) => {
        const oneByOne = changes.reduce(
          (held, [name, value]) => jsonText.setEntry(held, place, name, value, style),
          before,
        );
        expect(jsonText.setEntries?.(before, place, changes, style)).toBe(oneByOne);
      }),
      { numRuns: 500 },
    );
  });

  it.each(PLACES)('CFG-04 only our entries differ after an export to $format.id under $root', ({ format, root }) => {
    const names = fc.uniqueArray(word, { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(file, names, (make, names) => {
        const bytes = make(root);
        const target = { path: '/x', target: '/x', bytes, mode: 0o600 };
        const servers = names.map((name) => serverEntry(name, { type: 'stdio', command: 'x', args: [], env: {} }));
        const { data } = buildExportPlan(
          format,
          { format: 'jsonc', place: { root } },
          target,
          servers.map((server) => ({ target: server.name, server, mode: 'connect' as const })),
          [],
          CONTEXT,
        );
        const after = decodeFile(data ?? bytes);
        const before = decodeFile(bytes);
        expect(after?.bom).toBe(before?.bom);
        const ours = new Set(names);
        expect(foreignParts(after?.text ?? '', root, ours)).toEqual(foreignParts(before?.text ?? '', root, ours));
        for (const name of names)
          expect(valuesOf(after?.text ?? '', root, name)).toContainEqual(connectEntry(format, name));
        // Comments outside our entries stay, in their order.
        expect(commentsOf(after?.text ?? '', root, ours)).toEqual(commentsOf(before?.text ?? '', root, ours));
      }),
      { numRuns: runs(format, 300, 40) },
    );
  });

  it.each(CLIENT_FORMATS)('CFG-23 an entry exported to $id in its own form imports as the same server', (format) => {
    const text = fc.stringMatching(/^[A-Za-z0-9 _./-]{1,12}$/);
    const value = fc.oneof(
      text,
      word.map((name) => `\${env:${name.toUpperCase()}}`),
    );
    const map = fc.dictionary(fc.stringMatching(/^X[A-Z]{1,6}$/), value, { maxKeys: 3 });
    const endpoint = fc.oneof(
      fc.record({
        type: fc.constant('stdio' as const),
        command: fc.stringMatching(/^[a-z/]{1,10}$/),
        args: fc.array(value, { maxLength: 4 }),
        env: map,
      }),
      fc.record({
        type: fc.constantFrom('streamable-http' as const, 'sse' as const, 'http-auto' as const),
        url: fc.stringMatching(/^[a-z]{1,8}$/).map((host) => `https://${host}.example/mcp`),
        headers: map,
      }),
    );
    const options = fc.record({
      enabled: fc.boolean(),
      timeouts: fc.oneof(
        fc.constant({}),
        fc.integer({ min: 1, max: 3600 }).map((seconds) => ({ totalMs: seconds * 1000 })),
      ),
    });
    let exported = 0;
    fc.assert(
      fc.property(word, endpoint, options, (name, endpoint, options) => {
        const entry = serverEntry(name, endpoint, options);
        const target = { path: '/x', target: '/x', bytes: undefined, mode: undefined };
        const wanted = [{ target: name, server: entry, mode: 'direct' as const }];
        const { data } = buildExportPlan(format, formOf(format), target, wanted, [], CONTEXT);
        if (data === undefined) return;
        exported += 1;
        const source = { format, scope: 'user', parsed: format.parse(data, { scope: 'user' }) };
        const imported = buildImportPlan(
          [source],
          [],
          () => false,
          () => false,
        ).rows[0]?.entry;
        expect(imported?.name).toBe(name);
        expect({ ...imported?.endpoint, type: '' }).toEqual({ ...endpoint, type: '' });
        expect(imported?.endpoint.type).toBe(transportAfter(format.id, entry));
        expect(imported?.options.enabled).toBe(entry.options.enabled);
        // A client without a limit of its own loses it.
        expect([entry.options.timeouts, {}]).toContainEqual(imported?.options.timeouts);
      }),
      { numRuns: runs(format, 1_000, 200) },
    );
    // What Open WebUI can hold is rare among these.
    expect(exported).toBeGreaterThan(format.id === 'open-webui' ? 0 : runs(format, 20, 4));
  });
});

/** These have no field for the transport, so what they are told is always open. */
const TELL_NO_TRANSPORT = new Set(
  'cursor cursor-agent jetbrains-ai-assistant jetbrains-junie windsurf kiro warp lm-studio antigravity trae kilo-code opencode'.split(
    ' ',
  ),
);

function transportAfter(client: string, entry: ServerEntry): string {
  return TELL_NO_TRANSPORT.has(client) && entry.endpoint.type !== 'stdio' ? 'http-auto' : entry.endpoint.type;
}

/** How the client's user file is written. */
function formOf(format: ClientFormat): FileForm {
  const [file] = format.files({ env: {}, platform: 'linux', homeDir: '/home/dana' });
  return { format: file?.format === 'json' ? 'jsonc' : (file?.format ?? 'jsonc'), place: file?.place ?? format.place };
}

function connectEntry(format: ClientFormat, name: string): unknown {
  const server = serverEntry(name, { type: 'stdio', command: 'x', args: [], env: {} });
  const answer = format.entryFor({ server, mode: 'connect', launcher: LAUNCHER, inputs: new Set() });
  if (answer.kind === 'refused') throw new Error(answer.reason);
  const words = [LAUNCHER.command, ...LAUNCHER.args, 'connect', name];
  const { command, args } = answer.entry as { command: unknown; args?: unknown[] };
  expect(Array.isArray(command) ? command : [command, ...(args ?? [])]).toEqual(words);
  return answer.entry;
}

/** Every property of the file that is not ours, as its exact text, in order. */
function foreignParts(text: string, root: readonly string[], ours: ReadonlySet<string>): string[] {
  const source = (node: Node) => text.slice(node.offset, node.offset + node.length);
  const walk = (node: Node | undefined, [key, ...rest]: readonly string[]): string[] =>
    (node?.children ?? []).flatMap((property) => {
      const [name, value] = property.children ?? [];
      if (key === undefined) return ours.has(String(name?.value)) ? [] : [source(property)];
      return name?.value === key ? walk(value, rest) : [source(property)];
    });
  return walk(treeOf(text), root);
}

function treeOf(text: string): Node | undefined {
  return parseTree(text, [], { allowTrailingComma: true });
}

/** The properties of the server maps at `root`, of every duplicate of a key on the way. */
function membersAt(text: string, root: readonly string[]): Node[] {
  const start = treeOf(text);
  return root
    .reduce<Node[]>(
      (nodes, key) =>
        nodes
          .flatMap((node) => node.children ?? [])
          .flatMap(({ children: [name, value] = [] }) => (name?.value === key && value !== undefined ? [value] : [])),
      start === undefined ? [] : [start],
    )
    .flatMap((map) => map.children ?? []);
}

function valuesOf(text: string, root: readonly string[], name: string): unknown[] {
  return membersAt(text, root).flatMap(({ children: [key, value] = [] }) =>
    key?.value === name && value !== undefined
      ? [JSON.parse(text.slice(value.offset, value.offset + value.length)) as unknown]
      : [],
  );
}

function commentsOf(text: string, root: readonly string[], ours: ReadonlySet<string>): string[] {
  let foreign = text;
  for (const member of membersAt(text, root)) {
    const [key, value] = member.children ?? [];
    if (value === undefined || !ours.has(String(key?.value))) continue;
    foreign = foreign.slice(0, value.offset) + ' '.repeat(value.length) + foreign.slice(value.offset + value.length);
  }
  const outside = foreign.replaceAll(
    /"(?:[^"\\]|\\.)*"|(\/\/[^\r\n]*|\/\*[\s\S]*?\*\/)/g,
    (all, comment?: string) => comment ?? ' '.repeat(all.length),
  );
  return [...outside.matchAll(/\/\/[^\r\n]*|\/\*[\s\S]*?\*\//g)].map((match) => match[0]);
}
