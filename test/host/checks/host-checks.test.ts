// `portolan doctor` without a server: each part is looked at, whatever is wrong with the others.
import { expect, test } from 'vitest';
import { type HostCheckParts, runHostChecks } from '../../../host/checks/host-checks.ts';
import type { CheckResult } from '../../../shared/model/server-status.ts';
import { littleParts } from '../../support/little-parts.ts';

const AT = '2026-01-01T00:00:00.000Z';

async function check(change: Partial<HostCheckParts> = {}): Promise<CheckResult[]> {
  const status: HostCheckParts['status'] = () => ({
    pid: 7,
    version: '1',
    startedAt: AT,
    dataDir: '/data',
    socket: '/data/host.sock',
    draining: false,
    sessions: 0,
    inFlight: 0,
    rssBytes: 1,
  });
  const web = {
    base: undefined,
    sessions: 0,
    open: () => expect.fail(),
    revoke: () => 0,
    close: async () => undefined,
  };
  const results = [];
  for await (const result of runHostChecks({ ...littleParts(), status, web, ...change })) results.push(result);
  return results;
}

const brief = (results: CheckResult[]) =>
  results.map(({ id, outcome, code }) => [id, outcome, code].filter((part) => part !== undefined).join(' '));

test('everything is in order', async () => {
  const results = await check();
  expect(brief(results)).toEqual(['host ok', 'catalog ok', 'audit ok', 'keychain ok', 'port ok', 'clients ok']);
  expect(results[1]?.detail).toBe('3 servers in /catalog.json');
});

test('everything that is wrong is told, each with its code, cause and next step', async () => {
  const { catalog, audit, vault, clients } = littleParts();
  const results = await check({
    catalog: {
      ...catalog,
      state: () => ({
        revision: 1,
        path: '/catalog.json',
        servers: 0,
        canUndo: false,
        problem: { code: 'CATALOG_INVALID', message: 'a comma is missing', line: 3, column: 7 },
      }),
    },
    audit: {
      ...audit,
      state: () => ({
        records: 0,
        writable: false,
        reason: { code: 'AUDIT_NOT_WRITABLE', message: 'the disk is full', hint: 'Make room.' },
      }),
    },
    vault: {
      ...vault,
      state: () => ({
        state: 'locked',
        backend: 'x',
        kind: 'keychain',
        reason: { code: 'KEYCHAIN_LOCKED', message: 'it is locked' },
      }),
    },
    clients: {
      ...clients,
      staleEntries: async () => [
        { client: 'cursor', path: '/home/maya/.cursor/mcp.json', name: 'notes', missing: '/old/portolan' },
      ],
    },
  });
  expect(brief(results)).toEqual([
    'host ok',
    'catalog failed CATALOG_INVALID',
    'audit failed AUDIT_NOT_WRITABLE',
    'keychain warning KEYCHAIN_LOCKED',
    'port ok',
    'clients warning CLIENT_ENTRY_STALE',
  ]);
  expect(results[1]).toMatchObject({ detail: '/catalog.json:3:7: a comma is missing', hint: 'Correct /catalog.json.' });
  expect(results[2]).toMatchObject({ detail: 'the disk is full', hint: 'Make room.' });
  expect(results[5]?.detail).toContain('/old/portolan');
  expect(results[5]?.hint).toContain('portolan export --to cursor');
});
