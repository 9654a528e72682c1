// Rules that hold for every file: only our entries differ, and what is written reads back as it was meant.
import * as fc from 'fast-check';
import { type Node, parseTree } from 'jsonc-parser';
import { describe, expect, it } from 'vitest';
import type { ServerEntry } from '../../../shared/model/server-entry.ts';
import { CLIENT_FORMATS } from '../../../core/clients/client-formats.ts';
import { buildExportPlan } from '../../../core/clients/export-plan.ts';
import { buildImportPlan } from '../../../core/clients/import-plan.ts';
import { decodeFile } from '../../../core/clients/file-text.ts';
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
  .map(({ map, extra, order, head, tail, bom, final }) => (key: string) => {
    const rest = extra.slice(1, -1).trim() === '' ? '' : `"other": ${extra}`;
    const parts = [`"${key}": ${map}`, rest].filter((part) => part !== '');
    const text = `${head}{\n  ${(order ? parts : parts.toReversed()).join(',\n  ')}${tail}}${final ? '\n' : ''}`;
    return Buffer.from(bom ? `\uFEFF${text}` : text);
  });

const CONTEXT = { launcher: LAUNCHER, gateway: { refused: 'there is none' } };

describe('every file', () => {
  it.each(CLIENT_FORMATS)('CFG-04 only our entries differ after an export to $id', (format) => {
    const root = format.place.root[0] ?? '';
    const names = fc.uniqueArray(word, { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(file, names, (make, names) => {
        const bytes = make(root);
        const target = { path: '/x', target: '/x', bytes, mode: 0o600 };
        const servers = names.map((name) => serverEntry(name, { type: 'stdio', command: 'x', args: [], env: {} }));
        const { data } = buildExportPlan(
          format,
          { format: 'jsonc', place: format.place },
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
        for (const name of names) expect(valuesOf(after?.text ?? '', root, name)).toContainEqual(connectEntry(name));
        // Comments outside our entries stay, in their order.
        expect(commentsOf(after?.text ?? '', root, ours)).toEqual(commentsOf(before?.text ?? '', root, ours));
      }),
      { numRuns: 300 },
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
    let exported = 0;
    fc.assert(
      fc.property(word, endpoint, (name, endpoint) => {
        const entry = serverEntry(name, endpoint);
        const target = { path: '/x', target: '/x', bytes: undefined, mode: undefined };
        const { data } = buildExportPlan(
          format,
          { format: 'jsonc', place: format.place },
          target,
          [{ target: name, server: entry, mode: 'direct' as const }],
          [],
          CONTEXT,
        );
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
      }),
      { numRuns: 1_000 },
    );
    expect(exported).toBeGreaterThan(20);
  });
});

/** Cursor has no field for the transport, so what it is told is always open. */
function transportAfter(client: string, entry: ServerEntry): string {
  return client === 'cursor' && entry.endpoint.type !== 'stdio' ? 'http-auto' : entry.endpoint.type;
}

function connectEntry(name: string): unknown {
  return { command: LAUNCHER.command, args: [...LAUNCHER.args, 'connect', name] };
}

/** Every property of the file that is not ours, as its exact text, in order. */
function foreignParts(text: string, root: string, ours: ReadonlySet<string>): string[] {
  const source = (node: Node | undefined) =>
    node === undefined ? '' : text.slice(node.offset, node.offset + node.length);
  const top = parseTree(text, [], { allowTrailingComma: true })?.children ?? [];
  return top.flatMap((property) => {
    if (property.children?.[0]?.value !== root) return [source(property)];
    const members = property.children[1]?.children ?? [];
    return members.filter((member) => !ours.has(String(member.children?.[0]?.value))).map(source);
  });
}

function valuesOf(text: string, root: string, name: string): unknown[] {
  const top = parseTree(text, [], { allowTrailingComma: true })?.children ?? [];
  const map = top.findLast((property) => property.children?.[0]?.value === root)?.children?.[1]?.children ?? [];
  return map
    .filter((member) => member.children?.[0]?.value === name)
    .map(
      (member) =>
        JSON.parse(
          text.slice(
            member.children?.[1]?.offset ?? 0,
            (member.children?.[1]?.offset ?? 0) + (member.children?.[1]?.length ?? 0),
          ),
        ) as unknown,
    );
}

function commentsOf(text: string, root: string, ours: ReadonlySet<string>): string[] {
  let foreign = text;
  const top = parseTree(text, [], { allowTrailingComma: true })?.children ?? [];
  const maps = top.filter((property) => property.children?.[0]?.value === root);
  for (const member of maps.flatMap((property) => property.children?.[1]?.children ?? [])) {
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
