// `portolan registry` and `portolan import --url` as a person uses them, against a real registry on this machine.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Portolan } from '../../support/portolan.ts';
import { record, type RegistryServer, send, startRegistry } from '../../support/registry-server.ts';

const NOTES = {
  name: 'io.example/notes',
  title: 'Notes',
  packages: [
    {
      registryType: 'npm',
      identifier: '@example/notes',
      version: '1.0.0',
      transport: { type: 'stdio' },
      packageArguments: [{ type: 'positional', valueHint: 'folder', isRequired: true, format: 'filepath' }],
      environmentVariables: [{ name: 'NOTES_TOKEN', isRequired: true, isSecret: true }],
    },
  ],
};
const FAR = { name: 'io.example/far', remotes: [{ type: 'streamable-http', url: 'https://far.example/mcp' }] };

interface Approval {
  needed: boolean;
  entry: { state: string; hash: string };
}

/** Portolan whose official registry is `registry`. */
function portolanWith(registry: RegistryServer): Portolan {
  return new Portolan({ PORTOLAN_REGISTRY: registry.url });
}

/** What `approve` tells of a server that nothing holds. */
function approvalOf(portolan: Portolan, name: string): Promise<Approval> {
  return portolan.json<Approval>('approve', name);
}

function catalogOf(portolan: Portolan): {
  mcpServers: Record<string, { args?: string[]; url?: string; portolan?: { source?: object } }>;
} {
  return JSON.parse(readFileSync(join(portolan.home, 'catalog.json'), 'utf8')) as ReturnType<typeof catalogOf>;
}

test('a server is found, looked at, added in one exact version with its secret in the keychain, and recorded with its hash', async () => {
  const registry = await startRegistry([record(NOTES), record({ name: 'io.example/gone' }, 'deleted')]);
  const portolan = portolanWith(registry);
  const found = await portolan.run(['registry', 'search', 'notes']);
  expect(found.stdout).toMatch(/^SERVER.+\nio\.example\/notes +1\.0\.0 +active +npm +A server\.\n$/);
  expect((await portolan.run(['registry', 'show', 'io.example/notes'])).stdout).toContain(
    'env.NOTES_TOKEN  needed, secret',
  );
  const add = ['registry', 'add', 'io.example/notes', '--set', 'package.0=/home/maya/notes', '--yes'];
  const done = await portolan.run(add, 'EXAMPLE-token\n');
  expect(done.stdout).toContain('args[1] @example/notes@1.0.0\n');
  expect(done.stdout).toContain('secret notes.NOTES_TOKEN goes to the keychain');
  const entry = catalogOf(portolan).mcpServers['notes'];
  expect(entry).toMatchObject({
    args: ['-y', '@example/notes@1.0.0', '/home/maya/notes'],
    portolan: {
      source: {
        kind: 'registry',
        registry: registry.url,
        server: 'io.example/notes',
        version: '1.0.0',
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    },
  });
  expect(JSON.stringify(catalogOf(portolan))).not.toContain('EXAMPLE-token');
  const { entry: approved } = await approvalOf(portolan, 'notes');
  expect(approved.state).toBe('same');
  const { records } = await portolan.json<{ records: { id: string; kind: string }[] }>(
    'audit',
    'list',
    '--filter',
    'kind:server.approved',
  );
  const shown = await portolan.run(['audit', 'show', records[0]?.id ?? '']);
  expect(shown.stdout).toContain(approved.hash);
});

test('CFG-18 CFG-20 an update is shown as a diff; one that changes the host or becomes a program is held until it is approved by itself', async () => {
  const registry = await startRegistry([record(FAR)]);
  const portolan = portolanWith(registry);
  await portolan.json('registry', 'add', 'io.example/far', '--yes');
  expect((await approvalOf(portolan, 'far')).needed).toBe(false);
  expect((await portolan.run(['registry', 'outdated'])).stdout).toContain('All are up to date.');
  // The name stays, the host is another one.
  registry.records = [
    record({ ...FAR, version: '2.0.0', remotes: [{ type: 'streamable-http', url: 'https://far.evil.example/mcp' }] }),
  ];
  expect((await portolan.run(['registry', 'outdated'])).stdout).toMatch(/far +1\.0\.0 +2\.0\.0 +another version/);
  expect(catalogOf(portolan).mcpServers['far']?.url).toBe('https://far.example/mcp');
  const update = await portolan.run(['registry', 'update', 'far', '--yes']);
  expect(update.stdout).toContain('- address https://far.example/mcp\n+ address https://far.evil.example/mcp\n');
  expect(update.stdout).toContain('It contacted far.example and would contact far.evil.example.');
  expect((await portolan.run(['tools', 'far'])).stderr).toContain('APPROVAL_NEEDED');
  // Neither does it get a token.
  expect(await portolan.run(['login', 'far', '--server', '--no-open'])).toMatchObject({ code: 4 });
  await portolan.run(['approve', 'far', '--yes']);
  expect((await approvalOf(portolan, 'far')).needed).toBe(false);
  // Now it would run a program.
  registry.records = [
    record({
      ...FAR,
      version: '3.0.0',
      remotes: [],
      packages: [{ registryType: 'npm', identifier: 'far', version: '3.0.0' }],
    }),
  ];
  expect((await portolan.run(['registry', 'update', 'far', '--yes'])).stdout).toContain('becomes a program');
  expect(await portolan.run(['tools', 'far'])).toMatchObject({
    code: 4,
    stderr: expect.stringContaining('would now run a program'),
  });
});

test('REG-04 a deleted server is told and never added', async () => {
  const registry = await startRegistry([record(FAR)]);
  const portolan = portolanWith(registry);
  await portolan.json('registry', 'add', 'io.example/far', '--yes');
  registry.records = [record(FAR, 'deleted')];
  expect((await portolan.run(['registry', 'outdated'])).stdout).toContain('Remove it with: portolan remove far');
  const again = await portolan.run(['registry', 'add', 'io.example/far', '--as', 'again', '--yes']);
  expect(again).toMatchObject({ code: 4, stderr: expect.stringContaining('was deleted from its registry') });
});

test('CFG-07 ten kilobytes of arguments with hidden characters are shown whole before the question', async () => {
  const registry = await startRegistry();
  const portolan = portolanWith(registry);
  const long = `--${'x'.repeat(10_000)}END`;
  const odd = 'a\u202Egpj\u200B\u0007 b\nargs[9] --fake';
  await portolan.json('add', 'odd', '--env', 'LD_PRELOAD=/tmp/x', '--', 'echo', long, odd);
  const { stdout } = await portolan.run(['approve', 'odd']);
  expect(stdout).toContain(long);
  expect(stdout).toContain('args[1] a⟨U+202E⟩gpj⟨U+200B⟩⟨U+0007⟩ b⟨U+000A⟩args[9] --fake\n');
  expect(stdout).toContain('! env.LD_PRELOAD: LD_PRELOAD can load other code');
  expect(stdout).not.toMatch(/^ *args\[9\]/m);
});

test('CFG-10 an open version is told and pinned by one flag', async () => {
  const portolan = portolanWith(await startRegistry());
  await portolan.json('add', 'open', '--', 'npx', '-y', '@example/notes');
  expect((await portolan.run(['approve', 'open'])).stdout).toContain('Write an exact version: @example/notes@VERSION');
  expect((await portolan.run(['approve', 'open', '--pin', '1.2.3', '--yes'])).stdout).toContain(
    'args[1] @example/notes@1.2.3',
  );
  expect(catalogOf(portolan).mcpServers['open']?.args).toEqual(['-y', '@example/notes@1.2.3']);
  expect((await approvalOf(portolan, 'open')).needed).toBe(false);
});

test('without the registry the last list is shown with its age', async () => {
  const registry = await startRegistry([record(FAR)]);
  const portolan = portolanWith(registry);
  await portolan.run(['registry', 'search']);
  await registry.close();
  const offline = await portolan.run(['registry', 'search']);
  expect(offline.stdout).toContain('io.example/far');
  expect(offline.stderr).toMatch(/cannot be asked .*; this is the list of 20/);
});

test('a registry of one’s own is searched with its token and taken away again', async () => {
  const [official, own] = [await startRegistry(), await startRegistry([record(FAR)])];
  const portolan = portolanWith(official);
  await portolan.run(['secret', 'set', 'acme'], 'EXAMPLE-token');
  await portolan.json('registry', 'sources', 'add', 'acme', own.url, '--token', 'acme');
  expect((await portolan.run(['registry', 'search', '--registry', 'acme'])).stdout).toContain('io.example/far');
  expect(own.headers[0]?.authorization).toBe('Bearer EXAMPLE-token');
  expect(official.asked).toEqual([]);
  await portolan.json('registry', 'sources', 'remove', 'acme');
  expect((await portolan.run(['registry', 'search', '--registry', 'acme'])).stderr).toContain('NOT_FOUND');
});

test('CRD-01 a card at an address is shown whole and added, and decides nothing', async () => {
  const card = {
    name: 'io.example/card',
    version: '1.0.0',
    description: 'A card.',
    remotes: [{ type: 'streamable-http', url: 'https://far.example/mcp' }],
  };
  const http = createServer((req, res) => {
    if (req.url === '/card') return send(req, res, 200, card, 'application/mcp-server-card+json');
    if (req.url === '/html') return void res.writeHead(200, { 'content-type': 'text/html' }).end(JSON.stringify(card));
    return send(req, res, 404, {});
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void http.close());
  const base = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const portolan = portolanWith(await startRegistry());
  const added = await portolan.run(['import', '--url', `${base}/card`, '--yes']);
  expect(added.stdout).toContain('address https://far.example/mcp');
  expect(catalogOf(portolan).mcpServers['card']).toMatchObject({
    portolan: { source: { kind: 'card', url: `${base}/card`, version: '1.0.0' } },
  });
  expect((await portolan.run(['import', '--url', `${base}/html`, '--yes'])).stderr).toContain('NOT_FOUND');
  expect((await portolan.run(['import', '--url', 'http://example.com/card', '--yes'])).stderr).toContain('URL_REFUSED');
});
