import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../core/base/clock.ts';
import { CARD_TYPE } from '../../../core/registry/discovery.ts';
import { Registries } from '../../../core/registry/registries.ts';
import type { ServerEntry } from '../../../shared/model/server-entry.ts';
import { record, type RegistryServer, send, startRegistry } from '../../support/registry-server.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { rejected } from '../../support/thrown.ts';
import { zipOf } from '../../support/zip.ts';

const CARD = {
  name: 'io.example/notes',
  version: '1.0.0',
  description: 'Notes.',
  remotes: [{ type: 'streamable-http', url: 'https://notes.example/mcp' }],
};

function registriesOf(registry?: RegistryServer, entries: ServerEntry[] = []): Registries & { dir: string } {
  const dir = tempDir();
  const registries = new Registries({
    cacheDir: join(dir, 'cache'),
    bundlesDir: join(dir, 'bundles'),
    clock: systemClock,
    settings: () => [],
    resolveToken: () => Promise.reject(new Error('no token')),
    entries: () => entries,
    hasSecret: () => false,
    official: registry?.url ?? 'http://127.0.0.1:9',
  });
  return Object.assign(registries, { dir });
}

/** A host on this machine that answers some paths with JSON of some media type; POST with `post`. */
async function hostOf(paths: Record<string, [type: string, body: object]>, post?: object): Promise<string> {
  const http = createServer((req, res) => {
    if (req.method === 'POST') return post === undefined ? void res.writeHead(404).end() : send(req, res, 200, post);
    const found = paths[req.url ?? ''];
    return found === undefined ? send(req, res, 404, {}) : send(req, res, 200, found[1], found[0]);
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void http.close());
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
}

const bundle = zipOf([
  {
    name: 'manifest.json',
    data: JSON.stringify({
      manifest_version: '0.3',
      server: {
        mcp_config: {
          command: 'node',
          args: ['${__dirname}/server.js', '${user_config.folder}'],
          env: { KEY: '${user_config.key}' },
          platform_overrides: { win32: { command: 'node.exe' } },
        },
      },
      user_config: {
        folder: { type: 'directory', title: 'Folder', required: true },
        key: { type: 'string', sensitive: true, required: true },
      },
    }),
  },
  { name: 'server.js', data: '' },
]);

async function registryWithBundle(fileSha256: string): Promise<RegistryServer> {
  const registry = await startRegistry();
  registry.special.set('/x.mcpb', (_req, res) => void res.end(bundle));
  const one = { registryType: 'mcpb', identifier: `${registry.url}/x.mcpb`, fileSha256, transport: { type: 'stdio' } };
  registry.records = [record({ name: 'io.example/bundle', packages: [one] })];
  return registry;
}

const BUNDLE_ORIGIN = { kind: 'registry', server: 'io.example/bundle' } as const;

test('REG-01 a bundle whose bytes are others than described is refused with both hashes, and nothing of it is kept', async () => {
  const wanted = 'a'.repeat(64);
  const registries = registriesOf(await registryWithBundle(wanted));
  const error = await rejected(registries.form(BUNDLE_ORIGIN, 'package:0'));
  const found = createHash('sha256').update(bundle).digest('hex');
  expect(error).toMatchObject({ code: 'HASH_MISMATCH', data: { wanted, found } });
  expect(error.message).toContain(wanted);
  expect(error.message).toContain(found);
  expect(existsSync(join(registries.dir, 'bundles'))).toBe(false);
});

test('REG-01 a bundle is fetched once, unpacked under its hash, asks what its manifest asks, and runs from there', async () => {
  const sha = createHash('sha256').update(bundle).digest('hex');
  const registry = await registryWithBundle(sha.toUpperCase());
  const registries = registriesOf(registry);
  const option = await registries.form(BUNDLE_ORIGIN, 'package:0');
  expect(option.inputs).toMatchObject([
    { id: 'setting.folder', label: 'Folder', required: true, format: 'filepath', secret: false },
    { id: 'setting.key', required: true, secret: true },
  ]);
  const request = {
    origin: BUNDLE_ORIGIN,
    option: 'package:0',
    values: { 'setting.folder': '/home/maya' },
    secrets: ['setting.key'],
  };
  const { entry, review } = await registries.prepare(request);
  expect(entry.endpoint).toEqual({
    type: 'stdio',
    command: 'node',
    args: [join(registries.dir, 'bundles', sha, 'server.js'), '/home/maya'],
    env: { KEY: `\${secret:${review.secretNames['setting.key'] ?? ''}}` },
  });
  expect(readdirSync(join(registries.dir, 'bundles'))).toEqual([sha]);
  expect(registry.asked.filter((line) => line.endsWith('/x.mcpb'))).toHaveLength(1);
});

test('what a review shows is named by its digest: another description, answer or name gives another one', async () => {
  const remote = (url: string) => record({ ...CARD, remotes: [{ type: 'streamable-http', url }] });
  const registry = await startRegistry([remote('https://notes.example/mcp')]);
  const registries = registriesOf(registry);
  const request = {
    origin: { kind: 'registry', server: 'io.example/notes' } as const,
    option: 'remote:0',
    values: {},
    secrets: [],
  };
  const first = (await registries.prepare(request)).review.digest;
  expect((await registries.prepare(request)).review.digest).toBe(first);
  expect((await registries.prepare({ ...request, name: 'other' })).review.digest).not.toBe(first);
  registry.records = [remote('https://notes.example/mcq')];
  expect((await registries.prepare(request)).review.digest).not.toBe(first);
});

test('a secret on the command line, and an answer to no question, are refused', async () => {
  const headers = [{ name: 'Authorization', isSecret: true, isRequired: true }];
  const registries = registriesOf(
    await startRegistry([record({ ...CARD, remotes: [{ ...CARD.remotes[0], headers }] })]),
  );
  const request = {
    origin: { kind: 'registry', server: 'io.example/notes' } as const,
    option: 'remote:0',
    secrets: [],
  };
  const prepare = (values: Record<string, string>) => registries.prepare({ ...request, values });
  expect((await rejected(prepare({ 'header.Authorization': 'EXAMPLE' }))).code).toBe('INPUT_INVALID');
  expect((await rejected(prepare({ 'header.Other': 'x' }))).code).toBe('INPUT_INVALID');
  expect((await prepare({ 'header.Authorization': '${secret:mine}' })).entry.endpoint).toMatchObject({
    headers: { Authorization: '${secret:mine}' },
  });
});

test('CRD-02 a card, a catalog, a server.json and an endpoint are told apart by media type and shape', async () => {
  const registries = registriesOf();
  const kindOf = async (url: string) => (await registries.discover(url)).kind;
  const base = await hostOf({
    '/card': [CARD_TYPE, CARD],
    '/server.json': [
      'application/json',
      { ...CARD, packages: [{ registryType: 'npm', identifier: 'x', version: '1.0.0' }] },
    ],
    '/mcp/server-card': [CARD_TYPE, CARD],
    '/html': ['text/html', CARD],
  });
  expect(await kindOf(`${base}/card`)).toBe('card');
  expect(await kindOf(`${base}/server.json`)).toBe('server-json');
  expect(await kindOf(`${base}/mcp`)).toBe('card');
  expect((await rejected(registries.discover(`${base}/html`))).code).toBe('NOT_FOUND');
  const endpoint = await hostOf({}, { jsonrpc: '2.0', id: 1, error: { code: -32601, message: 'no' } });
  expect(await kindOf(`${endpoint}/mcp`)).toBe('endpoint');
});

test('an AI catalog lists its cards, counts what is none, and leads into no private network', async () => {
  const item = (identifier: string, more: object) => ({ identifier, type: CARD_TYPE, ...more });
  const entries = [
    item('urn:air:one', { data: CARD }),
    item('urn:air:far', { url: 'https://10.0.0.1/card' }),
    { identifier: 'urn:air:agent', type: 'application/a2a+json', url: 'https://example.com' },
    item('urn:air:bad', { data: { name: 'x' } }),
  ];
  const base = await hostOf({
    '/.well-known/ai-catalog.json': ['application/ai-catalog+json', { specVersion: '1', entries }],
  });
  const registries = registriesOf();
  expect(await registries.discover(base)).toMatchObject({
    kind: 'catalog',
    skipped: 3,
    servers: [{ entry: 'urn:air:one', name: 'io.example/notes' }],
  });
  expect((await registries.card(base, 'urn:air:one')).server.version).toBe('1.0.0');
});

test.each(['http://example.com/card', 'file:///etc/passwd', 'https://user:EXAMPLE@example.com/', 'no address'])(
  'CFG-17 %s is not asked',
  async (url) => {
    expect((await rejected(registriesOf().discover(url))).code).toBe('URL_REFUSED');
  },
);
