// Several clients at once, through the command line and a whole host: written as one, watched, repaired, taken back.
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Drift, HistoryEntry, SetDone, SetPlan } from '../../../shared/model/client-sync.ts';
import { homeWithClients } from '../../support/home-with-clients.ts';
import { Portolan } from '../../support/portolan.ts';
import { EVERYTHING } from '../../support/real-servers.ts';
import { until } from '../../support/until.ts';

const CURSOR = '.cursor/mcp.json';
const DESKTOP = '.config/Claude/claude_desktop_config.json';

interface Clients {
  readonly drift: Drift[];
  readonly entries: { client: string; target: string; state: string }[];
}

async function withServer() {
  const env = homeWithClients();
  const portolan = new Portolan(env);
  const path = (place: string) => join(env['HOME'] ?? '', place);
  const before = [CURSOR, DESKTOP].map((place) => readFileSync(path(place)));
  const now = () => [CURSOR, DESKTOP].map((place) => readFileSync(path(place)));
  await portolan.json('add', 'everything', '--', ...EVERYTHING);
  return { portolan, path, before, now };
}

const TO = ['sync', '--to', 'cursor,claude-desktop'];

test('a set is shown, written and undone as one, and its history says who asked', async () => {
  const { portolan, before, now } = await withServer();
  const plan = await portolan.json<SetPlan>(...TO, '--dry-run');
  expect(plan.files.map(({ diff }) => diff.changed)).toEqual([true, true]);
  expect(now()).toEqual(before);
  expect((await portolan.run([...TO, '--json'])).code).toBe(2);
  const done = await portolan.json<SetDone>(...TO, '--yes');
  expect(done.files.every(({ changed }) => changed)).toBe(true);
  expect(now().every((bytes) => bytes.includes('connect'))).toBe(true);
  const [entry] = await portolan.json<HistoryEntry[]>('export', '--history');
  expect(entry).toMatchObject({ id: done.id, by: 'cli', state: 'written' });
  await portolan.json('export', '--undo', done.id ?? '');
  expect(now()).toEqual(before);
  expect((await portolan.json<HistoryEntry[]>('export', '--history'))[0]?.state).toBe('undone');
});

test('what another program takes out is noticed and repaired, and can be left as it is', async () => {
  const { portolan, path, before } = await withServer();
  await portolan.json(...TO, '--yes');
  const clients = () => portolan.json<Clients>('clients');
  expect((await clients()).drift).toEqual([]);
  writeFileSync(path(CURSOR), before[0] ?? '');
  expect((await clients()).drift).toMatchObject([{ kind: 'gone', client: 'cursor', name: 'everything' }]);
  await portolan.json('clients', '--repair', '--yes');
  expect(await clients()).toMatchObject({
    drift: [],
    entries: expect.arrayContaining([
      { client: 'cursor', target: 'everything', state: 'ours', name: 'everything', mode: 'connect' },
    ]) as unknown,
  });
  writeFileSync(path(CURSOR), before[0] ?? '');
  await portolan.json('clients', '--forget');
  expect((await clients()).drift).toEqual([]);
});

test('mode http gives each client a token that opens the gateway until the undo', async () => {
  const { portolan, path } = await withServer();
  const refused = await portolan.run(['sync', '--to', 'cursor', '--mode', 'http', '--yes', '--json']);
  expect(JSON.parse(refused.stdout)).toMatchObject({
    error: { code: 'EXPORT_REFUSED', hint: 'Turn it on: portolan gateway enable' },
  });
  const port = 20_000 + (process.pid % 20_000);
  await portolan.json('gateway', 'enable', '--port', String(port));
  await until(
    async () => (await portolan.run(['sync', '--to', 'cursor', '--mode', 'http', '--yes', '--json'])).code === 0,
    'the gateway listens',
  );
  const [, url = ''] = /"url":\s*"(http:[^"]*)"/.exec(readFileSync(path(CURSOR), 'utf8')) ?? [];
  const [, token = ''] = /"Bearer ([\w-]{43})"/.exec(readFileSync(path(CURSOR), 'utf8')) ?? [];
  const ask = async () => {
    const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } };
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${token}`,
        'Content-Type': 'application/json',
        Accept: 'application/json, text/event-stream',
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params }),
    });
    await response.text();
    return response.status;
  };
  expect(await ask()).toBe(200);
  await portolan.json('export', '--to', 'cursor', '--undo');
  expect(await ask()).toBe(401);
  await portolan.stop();
  for (const name of readdirSync(portolan.home, { recursive: true, encoding: 'utf8' })) {
    const bytes = await Promise.resolve()
      .then(() => readFileSync(join(portolan.home, name)))
      .catch(() => Buffer.alloc(0));
    expect(bytes.includes(token), name).toBe(false);
  }
});

test('a host that starts puts back what a crash left half written', async () => {
  const { portolan, path, before, now } = await withServer();
  await portolan.json(...TO, '--yes');
  await portolan.stop();
  const backups = join(portolan.home, 'backups');
  const index = join(backups, 'index.json');
  // As after a power cut between the two files: the set is not noted as written, and the second file is the old one.
  const document = JSON.parse(readFileSync(index, 'utf8')) as { sets: { files: { copy: string }[] }[] };
  const [set] = document.sets;
  writeFileSync(index, JSON.stringify({ ...document, sets: [{ ...set, state: 'writing' }] }));
  cpSync(join(backups, set?.files[1]?.copy ?? ''), path(DESKTOP));
  await portolan.json('list');
  await until(
    () => now().every((bytes, at) => bytes.equals(before[at] ?? Buffer.alloc(0))),
    'both files are the old ones',
  );
  expect(await portolan.json('export', '--history')).toEqual([]);
});
