// Import and export back to the same client changes no byte, and what an export to another client loses is told before.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import type { ServerEntry } from '../../../shared/model/server-entry.ts';
import type { ClientFormat } from '../../../core/clients/client-format.ts';
import { CLIENT_FORMATS } from '../../../core/clients/client-formats.ts';
import { sayable } from '../../../core/clients/entry-meaning.ts';
import { EXPORT_LOSSES } from '../../../core/clients/export-losses.ts';
import { buildExportPlan } from '../../../core/clients/export-plan.ts';
import { buildImportPlan } from '../../../core/clients/import-plan.ts';
import type { TextFormat } from '../../../core/clients/text/text-codec.ts';
import { SAMPLE_FOLDER } from '../../support/client-samples.ts';
import { LAUNCHER } from '../../support/test-clients.ts';

interface Sample {
  readonly client: string;
  readonly file: string;
  readonly scope: string;
}

const ENDINGS: Readonly<Record<string, TextFormat>> = { json: 'json', jsonc: 'jsonc', toml: 'toml', yaml: 'yaml' };

/** Files that cannot come back as they were, and why. */
const NOT_BYTE_FOR_BYTE: ReadonlyMap<string, string> = new Map([
  ['continue.user.config.yaml', 'two entries of one name, which the catalog cannot have'],
  ['copilot-cli.project.mcp.json', 'a bare map of servers, which is never written to'],
  ['opencode.user.opencode.jsonc', 'two forms of one server in one file: the newer one is written'],
  ['warp.project.mcp.json', 'servers under an older key: new entries go under the documented one'],
  ['warp.user.mcp.json', 'servers under an older key: new entries go under the documented one'],
]);

/** Every sample of a client that Portolan knows; samples of further clients count as soon as their format is there. */
const SAMPLES = readdirSync(SAMPLE_FOLDER)
  .filter((name) => name.endsWith('.expected.json'))
  .map((name) => JSON.parse(readFileSync(join(SAMPLE_FOLDER, name), 'utf8')) as Sample)
  .map((sample) => ({ ...sample, format: CLIENT_FORMATS.find(({ id }) => id === sample.client) }))
  // A client without a file has nothing that could be changed.
  .flatMap(({ format, ...sample }) =>
    format === undefined || format.paste !== undefined || NOT_BYTE_FOR_BYTE.has(sample.file)
      ? []
      : [{ ...sample, format }],
  );

describe('import, then export in its own form to the same client', () => {
  it.each(SAMPLES)('changes no byte of $file', ({ file, scope, format }) => {
    const bytes = readFileSync(join(SAMPLE_FOLDER, file));
    const entries = imported(format, bytes, scope);
    const plan = exported(format, file, bytes, entries);
    expect(plan.servers.filter(({ action }) => action !== 'same' && action !== 'refuse')).toEqual([]);
    expect(plan.data).toBeUndefined();
    // What is refused needs a secret: it stays in the keychain, and the entry in the file stays as it is.
    expect(plan.servers.flatMap(({ action, reason }) => (action === 'refuse' ? [reason] : []))).toEqual(
      plan.servers.flatMap(({ action }) => (action === 'refuse' ? [expect.stringMatching(REFUSALS)] : [])),
    );
  });

  it.each(SAMPLES)('after the removal of $file writes entries that mean the same', ({ file, scope, format }) => {
    const entries = imported(format, readFileSync(join(SAMPLE_FOLDER, file)), scope);
    const plan = exported(format, file, undefined, entries);
    const again = imported(format, plan.data ?? Buffer.from('{}'), scope);
    const written = plan.servers.filter(({ action }) => action === 'add');
    expect(written.length).toBe(again.length);
    for (const { name, clientName, losses = [] } of written) {
      const [before, after] = [named(entries, name), named(again, clientName)];
      expect(after.options.clients?.[format.id]?.extras).toEqual(before.options.clients?.[format.id]?.extras);
      const lost = losses.map(({ field }) => field);
      expect(lost).toEqual(expect.arrayContaining(differing(before, after)));
    }
  });
});

/** Why an entry is left as it is in its own file: the published reasons, in docs/client-import.md. */
const REFUSALS =
  /it needs the secret|cannot reach a remote server|must be told the transport|does not know|no prompt called|would expand|it is disabled, which/;

describe('import, export to another client, import from there', () => {
  const pairs = SAMPLES.flatMap((sample) =>
    CLIENT_FORMATS.filter(({ id }) => id !== sample.client).map((to) => ({ ...sample, to, id: to.id })),
  );
  it.each(pairs)('$file to $id loses only what the preview says', ({ file, scope, format, to }) => {
    const entries = imported(format, readFileSync(join(SAMPLE_FOLDER, file)), scope);
    const plan = exported(to, 'x', undefined, entries);
    const again = imported(to, plan.data ?? Buffer.from('{}'), 'user');
    for (const { name, clientName, action, reason, losses = [] } of plan.servers) {
      if (action === 'refuse') expect(reason).not.toBe('');
      else {
        const after = again.find((entry) => (entry.options.clients?.[to.id]?.name ?? entry.name) === clientName);
        expect(after).toBeDefined();
        const lost = losses.map(({ field }) => field);
        expect(lost).toEqual(expect.arrayContaining(differing(named(entries, name), after as ServerEntry)));
      }
    }
  });

  test('every loss is one of the table, and the table is published', () => {
    const published = readFileSync(join(import.meta.dirname, '../../../docs/client-import.md'), 'utf8');
    for (const [field, reason] of Object.entries(EXPORT_LOSSES)) {
      expect(published).toContain(`| \`${field}\` | ${reason} |`);
    }
  });
});

describe('an entry that was edited', () => {
  const cursor = CLIENT_FORMATS.find(({ id }) => id === 'cursor') as ClientFormat;
  const text = `{
  // mine
  "mcpServers": {
    "a": { "args": ["-y",   "x"], "command": "npx", "autoApprove": ["read"], "envFile": ".env" }, // first
    "b": { "url": "https://b.example.com/mcp" }
  }
}
`;

  test('changes in its own place, and keeps what only the client knows', () => {
    const [a, b] = imported(cursor, Buffer.from(text), 'user');
    expect(a?.options.clients).toEqual({ cursor: { extras: { autoApprove: ['read'], envFile: '.env' } } });
    const edited = {
      ...(a as ServerEntry),
      endpoint: { type: 'stdio' as const, command: 'npx', args: ['-y', 'z'], env: {} },
    };
    const plan = exported(cursor, 'x.json', Buffer.from(text), [edited, b as ServerEntry]);
    const after = plan.data?.toString() ?? '';
    expect(after.slice(0, after.indexOf('"a"'))).toBe(text.slice(0, text.indexOf('"a"')));
    expect(after.slice(after.indexOf(', // first'))).toBe(text.slice(text.indexOf(', // first')));
    const [entry] = imported(cursor, Buffer.from(after), 'user');
    expect(entry?.options.clients).toEqual(a?.options.clients);
    expect(entry?.endpoint).toEqual(edited.endpoint);
  });

  test('keys of one client are not written into the file of another', () => {
    const entries = imported(cursor, Buffer.from(text), 'user');
    const code = CLIENT_FORMATS.find(({ id }) => id === 'claude-code') as ClientFormat;
    const plan = exported(code, 'x.json', undefined, entries);
    expect(plan.data?.toString()).not.toMatch(/autoApprove|envFile/);
    expect(plan.servers[0]?.losses).toContainEqual({ field: 'clients', reason: EXPORT_LOSSES.clients });
  });

  test('literal secrets in kept keys become references, and cached tokens are dropped', () => {
    const value = 'ghp_EXAMPLEEXAMPLEEXAMPLE0123456789';
    const withSecret = JSON.stringify({
      mcpServers: {
        a: {
          command: 'x',
          extra: { apiKey: value },
          tokens: { access: 'EXAMPLE' },
          more: { token_cache: 1, refresh_token: value },
        },
      },
    });
    const [a] = imported(cursor, Buffer.from(withSecret), 'user');
    expect(JSON.stringify(a)).not.toContain('EXAMPLE');
    expect(a?.options.clients?.['cursor']?.extras).toEqual({
      extra: { apiKey: expect.stringMatching(/^\$\{secret:a\./) },
      more: { token_cache: 1 },
    });
    const plan = exported(cursor, 'x.json', undefined, [a as ServerEntry]);
    expect(plan.servers[0]?.losses?.map(({ field }) => field)).toContain('extras');
    expect(plan.data?.toString()).not.toContain('secret:');
  });
});

function imported(format: ClientFormat, bytes: Buffer, scope: string): ServerEntry[] {
  const source = { format, scope, parsed: format.parse(bytes, { scope }) };
  const plan = buildImportPlan(
    [source],
    [],
    () => false,
    () => false,
  );
  return plan.rows.flatMap(({ entry, row }) =>
    // A server of one project stands elsewhere in the file than an export writes.
    entry === undefined || row.foundIn.some(({ scope: found }) => found === 'local') ? [] : [entry],
  );
}

function exported(format: ClientFormat, file: string, bytes: Buffer | undefined, entries: readonly ServerEntry[]) {
  const form = {
    format: ENDINGS[file.split('.').at(-1) ?? ''] ?? format.files(ENV)[0]?.format ?? 'json',
    place: format.place,
  };
  const target = { path: '/x', target: '/x', bytes, mode: 0o600 };
  const wanted = entries.map((server) => ({ target: server.name, server, mode: 'direct' as const }));
  return buildExportPlan(format, form, target, wanted, [], { launcher: LAUNCHER, gateway: { refused: '' } });
}

const ENV = { env: {}, platform: 'linux', homeDir: '/home/x' } as const;

function named(entries: readonly ServerEntry[], name: string): ServerEntry {
  const found = entries.find((entry) => entry.name === name || entry.options.title === name);
  if (found === undefined) throw new Error(`${name} is not there`);
  return found;
}

/** The fields of the table in which two entries differ. */
function differing(before: ServerEntry, after: ServerEntry): string[] {
  const [a, b] = [sayable(before), sayable(after)];
  const fields: string[] = [];
  const [left, right]: Record<string, unknown>[] = [{ ...a.endpoint }, { ...b.endpoint }];
  for (const field of Object.keys(a.endpoint)) {
    if (JSON.stringify(left?.[field]) !== JSON.stringify(right?.[field])) fields.push(field);
  }
  if (a.enabled !== b.enabled) fields.push('enabled');
  if (a.totalMs !== b.totalMs) fields.push('timeouts');
  if (JSON.stringify(a.auth) !== JSON.stringify(b.auth)) fields.push('auth');
  return fields;
}
