// What other programs change in the entries that Portolan wrote: noticed, told once, repaired on a person's word.
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Drift } from '../../../shared/model/client-sync.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { stdioEntry, testClients } from '../../support/test-clients.ts';
import { until } from '../../support/until.ts';

const OURS = (name: string) => ({
  command: '/opt/portolan/node',
  args: ['/opt/portolan/cli/main.js', 'connect', name],
});

async function exported(options: Parameters<typeof testClients>[1] = {}) {
  const made = testClients(tempDir(), options);
  made.catalog.push(stdioEntry('files'));
  const path = made.put('.cursor/mcp.json', '{}');
  const { clients } = made;
  await clients.applyExport({
    planId: (await clients.planExport({ client: 'cursor', scope: 'user', mode: 'connect' })).planId,
  });
  const look = async () =>
    (await clients.sync.drift()).filter(({ kind }) => kind !== 'stale').map(({ kind, name }) => [kind, name]);
  const repair = async () => {
    const plan = await clients.sync.planRepair(undefined);
    await clients.sync.apply({ planId: plan.planId, by: 'cli' });
    return (JSON.parse(readFileSync(path, 'utf8')) as { mcpServers: Record<string, unknown> }).mcpServers;
  };
  return { ...made, path, look, repair };
}

describe('drift', () => {
  it('is nothing after an export and after its undo', async () => {
    const { clients, look } = await exported();
    expect(await look()).toEqual([]);
    await clients.undoExport({ client: 'cursor' });
    expect(await look()).toEqual([]);
  });

  it.each([
    ['gone', { theirs: { command: 'x' } }, [['gone', 'files']]],
    ['changed', { files: { command: 'npx', args: ['-y', 'files'] } }, [['changed', 'files']]],
    ['changed and still leads to Portolan', { files: { ...OURS('files'), env: { X: '1' } } }, [['changed', 'files']]],
    ['duplicated under another name', { files: OURS('files'), 'files-2': OURS('files') }, [['duplicated', 'files-2']]],
    ['only renamed', { 'my files': OURS('files') }, []],
    ['only written in another order', { files: { args: OURS('files').args, command: OURS('files').command } }, []],
  ])('an entry that is %s is told and repaired', async (_what, mcpServers, expected) => {
    const { path, look, repair } = await exported();
    writeFileSync(path, JSON.stringify({ mcpServers }));
    expect(await look()).toEqual(expected);
    if (expected.length === 0) return;
    expect((await repair())['files']).toEqual(OURS('files'));
    expect(await look()).toEqual([]);
  });

  it('a name that stands twice is told and repaired', async () => {
    const { path, look, repair } = await exported();
    const entry = JSON.stringify(OURS('files'));
    writeFileSync(path, `{"mcpServers":{"files":${entry},"theirs":{"command":"x"},"files":${entry}}}`);
    expect(await look()).toEqual([['duplicated', 'files']]);
    expect(Object.keys(await repair())).toEqual(['theirs', 'files']);
    expect(readFileSync(path, 'utf8').match(/"connect"/g)).toHaveLength(1);
  });

  it('a file that does not parse is told, and left alone', async () => {
    const { clients, path, look } = await exported();
    writeFileSync(path, '{ "mcpServers":');
    expect(await look()).toEqual([['unreadable', 'files']]);
    await expect(clients.sync.planRepair(undefined)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(readFileSync(path, 'utf8')).toBe('{ "mcpServers":');
  });

  it('an entry of a server that is not in the catalog any more is not missed', async () => {
    const { catalog, path, look } = await exported();
    writeFileSync(path, '{}');
    catalog.length = 0;
    expect(await look()).toEqual([]);
  });

  it('an entry whose program is gone is told, also one that this Portolan did not write', async () => {
    const { clients, catalog, put } = await exported();
    catalog.push(stdioEntry('search'));
    const gone = { command: '/nowhere/portolan', args: ['connect', 'search'] };
    put('.config/Code/User/mcp.json', JSON.stringify({ servers: { search: gone } }));
    const stale = (await clients.sync.drift()).filter(({ client }) => client === 'vscode');
    expect(stale).toMatchObject([{ kind: 'stale', name: 'search', target: 'search' }]);
    const plan = await clients.sync.planRepair(stale.map(({ id }) => id));
    expect(plan.files.map(({ client, servers }) => [client, servers[0]?.action])).toEqual([['vscode', 'replace']]);
  });

  it('an entry that a person leaves as it is is not watched any more', async () => {
    const { clients, path, look } = await exported();
    writeFileSync(path, '{}');
    const [drift] = (await clients.sync.drift()).filter(({ kind }) => kind === 'gone');
    await clients.sync.forget([drift?.id ?? '']);
    expect(await look()).toEqual([]);
  });

  it('CFG-22 is told once for many quick changes, and never for those of Portolan itself', async () => {
    const told: Drift[][] = [];
    const { clients, catalog, path } = await exported({
      onDrift: (drift) => told.push(drift.filter(({ kind }) => kind !== 'stale')),
    });
    onTestFinished(() => clients.close());
    await clients.start();
    for (let round = 0; round < 20; round += 1) {
      catalog.splice(0, 1, stdioEntry('files'), stdioEntry(`more-${round}`));
      const plan = await clients.planExport({ client: 'cursor', scope: 'user', mode: 'connect' });
      await clients.applyExport({ planId: plan.planId });
    }
    await clients.checkDrift();
    expect(told.filter((drift) => drift.length > 0)).toEqual([]);
    const ours = JSON.parse(readFileSync(path, 'utf8')) as { mcpServers: Record<string, unknown> };
    delete ours.mcpServers['files'];
    for (let round = 0; round < 1000; round += 1) writeFileSync(path, JSON.stringify({ ...ours, round }));
    await until(
      () => told.at(-1)?.some(({ kind, name }) => kind === 'gone' && name === 'files') === true,
      'the missing entry is told',
    );
    await clients.checkDrift();
    expect(told.filter((drift) => drift.length > 0).length).toBeLessThan(10);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ ...ours, round: 999 });
  });
});
