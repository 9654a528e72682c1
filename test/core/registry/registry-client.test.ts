import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DocumentCache } from '../../../core/registry/document-cache.ts';
import { RegistryClient } from '../../../core/registry/registry-client.ts';
import { createGuardedFetch } from '../../../core/identity/guarded-fetch.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { record, type RegistryServer, send, startRegistry } from '../../support/registry-server.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { rejected } from '../../support/thrown.ts';
import { until } from '../../support/until.ts';

const clientOf = (
  registry: RegistryServer,
  options: { dir?: string; clock?: ManualClock; maxBytes?: number; token?: string } = {},
) => {
  const {
    clock = new ManualClock(),
    dir = join(mkdtempSync(join(tempDir(), 'c')), 'cache'),
    maxBytes = 1_000_000,
    token,
  } = options;
  return new RegistryClient({
    name: 'test',
    url: registry.url,
    cache: new DocumentCache({ dir, clock }),
    fetch: createGuardedFetch({ clock, home: new URL(registry.url), maxBytes }),
    ...(token !== undefined && { token: async () => token }),
  });
};
const names = ({ entries }: { entries: { server: { name: string } }[] }) => entries.map(({ server }) => server.name);

test('REG-03 follows opaque cursors to the end, and stops at one that leads to itself', async () => {
  const registry = await startRegistry(
    Array.from({ length: 7 }, (_, index) => record({ name: `io.example/s${index}` })),
  );
  registry.pageSize = 3;
  const client = clientOf(registry);
  const found: string[] = [];
  for (let cursor: string | undefined, first = true; first || cursor !== undefined; first = false) {
    const page = await client.search({ cursor });
    found.push(...names(page));
    cursor = page.nextCursor;
  }
  expect(found).toHaveLength(7);
  expect(registry.asked[0]).toBe('GET /v0.1/servers?limit=50&version=latest');
  registry.special.set('/v0.1/servers', (req, res) =>
    send(req, res, 200, { servers: [], metadata: { nextCursor: 'same' } }),
  );
  expect((await client.search({ cursor: 'same' })).nextCursor).toBeUndefined();
});

test('REG-03 names and versions are encoded into the path, whatever is in them', async () => {
  const registry = await startRegistry([record({ name: 'io.example/notes', version: '1.0.0+a/b' })]);
  await clientOf(registry).version('io.example/notes', '1.0.0+a/b');
  expect(registry.asked).toEqual(['GET /v0.1/servers/io.example%2Fnotes/versions/1.0.0%2Ba%2Fb']);
  expect((await rejected(clientOf(registry).version('../../admin?x'))).code).toBe('NOT_FOUND');
  expect(registry.asked.at(-1)).toBe('GET /v0.1/servers/..%2F..%2Fadmin%3Fx/versions/latest');
});

test('asks with the ETag of the last answer; 304 keeps it and makes it new', async () => {
  const registry = await startRegistry([record({ name: 'io.example/notes' })]);
  const clock = new ManualClock();
  const dir = join(tempDir(), 'etag');
  const first = await clientOf(registry, { clock, dir }).search({});
  clock.advance(60_000);
  // Another host process: what is kept is on the disk.
  const second = await clientOf(registry, { clock, dir }).search({});
  expect(registry.headers[1]?.['if-none-match']).toMatch(/^"[0-9a-f]{16}"$/);
  expect(names(second)).toEqual(names(first));
  expect(Date.parse(second.readAt) - Date.parse(first.readAt)).toBe(60_000);
  registry.records = [record({ name: 'io.example/other' })];
  expect(names(await clientOf(registry, { clock, dir }).search({}))).toEqual(['io.example/other']);
});

test('an answer that says it is fresh is not asked for again until it is old or wanted anew', async () => {
  const registry = await startRegistry();
  registry.special.set('/v0.1/servers', (_req, res) => {
    res
      .writeHead(200, { 'content-type': 'application/json', 'cache-control': 'public, max-age=60' })
      .end('{"servers":[]}');
  });
  const clock = new ManualClock();
  const client = clientOf(registry, { clock });
  for (const ms of [0, 59_000]) {
    clock.advance(ms);
    await client.search({});
  }
  expect(registry.asked).toHaveLength(1);
  await client.search({ refresh: true });
  clock.advance(61_000);
  await client.search({});
  expect(registry.asked).toHaveLength(3);
});

test('without the registry the last answer is given, with its age and the reason; nothing was ever said, nothing is given', async () => {
  const registry = await startRegistry([record({ name: 'io.example/notes' })]);
  const clock = new ManualClock();
  const dir = join(tempDir(), 'offline');
  const before = await clientOf(registry, { clock, dir }).search({});
  await registry.close();
  clock.advance(3_600_000);
  const after = await clientOf(registry, { clock, dir }).search({});
  expect(after).toMatchObject({ readAt: before.readAt, offline: { code: 'CONNECT_REFUSED' } });
  expect(names(after)).toEqual(['io.example/notes']);
  expect((await rejected(clientOf(registry, { clock, dir }).search({ text: 'never asked' }))).code).toBe(
    'CONNECT_REFUSED',
  );
});

test('what a registry says it has no more is not taken from the last answer', async () => {
  const registry = await startRegistry([record({ name: 'io.example/notes' })]);
  const client = clientOf(registry);
  await client.version('io.example/notes');
  registry.records = [];
  expect((await rejected(client.version('io.example/notes'))).code).toBe('NOT_FOUND');
});

test('the status of each version is told, deleted ones only where they are asked for; an unknown one is no reason to trust', async () => {
  const registry = await startRegistry([
    record({ name: 'io.example/notes', version: '1.0.0' }, 'deprecated', false),
    record({ name: 'io.example/notes', version: '2.0.0' }, 'deleted'),
    record({ name: 'io.example/odd' }, 'excellent'),
  ]);
  const client = clientOf(registry);
  expect(names(await client.search({}))).toEqual(['io.example/odd']);
  expect(names(await client.search({ withDeleted: true }))).toEqual(['io.example/notes', 'io.example/odd']);
  expect((await client.versions('io.example/notes')).entries.map(({ status }) => status)).toEqual([
    'deprecated',
    'deleted',
  ]);
  expect((await client.version('io.example/odd')).status).toBe('deprecated');
});

test('hostile entries are left out and counted, the others are read', async () => {
  const registry = await startRegistry();
  const hostile = [
    null,
    7,
    {},
    { server: { name: 'no-namespace', version: '1.0.0' } },
    { server: { name: 'io.example/x', version: '' } },
    { server: { name: 'io.example/x', version: '1.0.0', packages: [{}] } },
    {
      server: {
        name: 'io.example/x',
        version: '1.0.0',
        packages: Array.from({ length: 101 }, () => ({ identifier: 'x' })),
      },
    },
    { server: { name: 'io.example/x', version: '1.0.0', remotes: [{ url: 7 }, 'x'] } },
    { server: { name: `io.example/${'x'.repeat(300)}`, version: '1.0.0' } },
    { server: { name: 'io.example/x', version: '1.0.0', description: 'x'.repeat(9_000) } },
    JSON.parse('{"__proto__":{"server":{"name":"io.example/x"}}}') as object,
  ];
  registry.special.set('/v0.1/servers', (req, res) =>
    send(req, res, 200, { servers: [...hostile, record({ name: 'io.example/good' })] }),
  );
  const page = await clientOf(registry).search({});
  expect([names(page), page.skipped]).toEqual([['io.example/good'], hostile.length]);
});

test.each([
  ['no JSON', (res: import('node:http').ServerResponse) => res.end('<html>'), 'METADATA_INVALID'],
  ['no page', (res: import('node:http').ServerResponse) => res.end('[]'), 'METADATA_INVALID'],
  [
    'too large',
    (res: import('node:http').ServerResponse) => res.end(`{"servers":[],"x":"${'x'.repeat(30_000)}"}`),
    'METADATA_INVALID',
  ],
  ['status 500', (res: import('node:http').ServerResponse) => res.writeHead(500).end(), 'HTTP_STATUS'],
  ['status 401', (res: import('node:http').ServerResponse) => res.writeHead(401).end(), 'UNAUTHENTICATED'],
  [
    'redirect into a private network',
    (res: import('node:http').ServerResponse) => res.writeHead(302, { location: 'https://10.0.0.1/' }).end(),
    'ADDRESS_BLOCKED',
  ],
  [
    'redirect to a file',
    (res: import('node:http').ServerResponse) => res.writeHead(302, { location: 'file:///etc/passwd' }).end(),
    'URL_REFUSED',
  ],
])('an answer that is %s is an error with its code', async (_what, answer, code) => {
  const registry = await startRegistry();
  registry.special.set('/v0.1/servers', (_req, res) => answer(res));
  expect((await rejected(clientOf(registry, { maxBytes: 20_000 }).search({}))).code).toBe(code);
});

test('a registry that never answers is given up on', async () => {
  const registry = await startRegistry();
  registry.special.set('/v0.1/servers', (_req, res) => void res.writeHead(200).write('{'));
  const clock = new ManualClock();
  const search = rejected(clientOf(registry, { clock }).search({}));
  await until(() => registry.asked.length === 1, 'it is asked');
  clock.advance(15_001);
  expect((await search).code).toBe('REQUEST_TIMEOUT');
});

test('a registry that answers with another server than was asked for is not believed', async () => {
  const registry = await startRegistry();
  const other = record({ name: 'io.example/other' });
  registry.special.set('/v0.1/servers/io.example%2Fnotes/versions/latest', (req, res) => send(req, res, 200, other));
  expect((await rejected(clientOf(registry).version('io.example/notes'))).code).toBe('METADATA_INVALID');
});

test('the token goes to the registry and nowhere else: not to where it redirects, not to the disk', async () => {
  const [registry, other] = [await startRegistry(), await startRegistry([record({ name: 'io.example/notes' })])];
  registry.special.set('/v0.1/servers', (req, res) => {
    res.writeHead(302, { location: `${other.url}${req.url ?? ''}` }).end();
  });
  const dir = join(tempDir(), 'token');
  await clientOf(registry, { dir, token: 'EXAMPLE-token' }).search({});
  expect(registry.headers[0]?.authorization).toBe('Bearer EXAMPLE-token');
  expect(other.headers[0]).not.toHaveProperty('authorization');
  const { readdirSync, readFileSync } = await import('node:fs');
  const kept = readdirSync(dir).map((name) => readFileSync(join(dir, name), 'utf8'));
  expect(kept).toHaveLength(1);
  expect(kept.join('')).not.toContain('EXAMPLE-token');
});
