// A server whose program is another one than before: over real processes and the real pins.
import { appendFileSync, copyFileSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { silentLogger } from '../../../core/base/logger.ts';
import { Connections } from '../../../core/connections/connections.ts';
import type { ServerAuditEvent } from '../../../core/connections/server-audit.ts';
import { everythingApproved, freshApprovals, freshPins } from '../../support/pins.ts';
import { EVIL_STDIO, evilEntry, Recorder } from '../../support/stdio-server.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { rejected } from '../../support/thrown.ts';
import { until } from '../../support/until.ts';

/** One server `one` that runs `script`. */
function setUp(script: string, approvals: typeof everythingApproved = everythingApproved) {
  const entry = evilEntry('one', [], { args: [script] });
  const audited: ServerAuditEvent[] = [];
  const connections = new Connections({
    catalog: { get: () => entry, list: () => [entry] },
    resolve: async (given) => ({ ...given, secretValues: [] }),
    approvals,
    pins: freshPins(),
    runDir: join(tempDir(), 'run'),
    logger: silentLogger,
    loginShell: 'never',
    audit: (event) => void audited.push(event),
    onStatus: () => undefined,
    onStatusRemoved: () => undefined,
  });
  onTestFinished(() => connections.close());
  return { connections, audited, open: () => connections.open('one', 's1', new Recorder()) };
}

test('SUP-17: a replaced program runs nothing, holds the server, is recorded, and starts once approved', async () => {
  const dir = tempDir();
  const script = join(dir, 'server.mjs');
  const ran = join(dir, 'ran');
  copyFileSync(EVIL_STDIO, script);
  const { connections, audited, open } = setUp(script);
  await (await open()).close();
  writeFileSync(script, `import { writeFileSync } from 'node:fs';\nwriteFileSync(${JSON.stringify(ran)}, '');\n`);
  // More often than a crashing server would be started: being held is no crash.
  for (let attempt = 0; attempt < 7; attempt += 1) {
    expect((await rejected(open())).code).toBe('APPROVAL_NEEDED');
  }
  expect(connections.status('one')).toMatchObject({ state: 'needs-approval', reason: { code: 'APPROVAL_NEEDED' } });
  expect(existsSync(ran)).toBe(false);
  expect(audited.at(-1)).toMatchObject({ kind: 'server.held', outcome: 'deferred', detail: { path: script } });
  const { needed, digest } = await connections.approval('one');
  expect(needed).toBe(true);
  await connections.approve('one', digest);
  expect(connections.status('one').state).toBe('stopped');
  await open();
  await until(() => existsSync(ran), 'the approved program runs');
});

test('SUP-17: a server that is removed and added again is approved by that', async () => {
  const script = join(tempDir(), 'server.mjs');
  copyFileSync(EVIL_STDIO, script);
  const { connections, open } = setUp(script);
  await (await open()).close();
  appendFileSync(script, '// another version');
  await connections.catalogChanged({ added: [], changed: [], removed: ['one'] });
  await open();
});

test('CFG-08: an entry that nobody approved runs nothing, is told as held before anybody asks for it, and starts once approved', async () => {
  const dir = tempDir();
  const ran = join(dir, 'ran');
  const script = join(dir, 'server.mjs');
  writeFileSync(script, `import { writeFileSync } from 'node:fs';\nwriteFileSync(${JSON.stringify(ran)}, '');\n`);
  const { connections, audited, open } = setUp(script, freshApprovals());
  expect(connections.status('one')).toMatchObject({ state: 'needs-approval', reason: { code: 'APPROVAL_NEEDED' } });
  expect((await rejected(open())).code).toBe('APPROVAL_NEEDED');
  expect(existsSync(ran)).toBe(false);
  const { needed, digest, entry } = await connections.approval('one');
  expect({ needed, state: entry.state }).toEqual({ needed: true, state: 'new' });
  expect(audited.at(-1)).toMatchObject({ kind: 'server.held', detail: { entry: entry.hash, approved: 'nothing' } });
  expect((await rejected(connections.approve('one', 'f'.repeat(64)))).code).toBe('FILE_CHANGED');
  await connections.approve('one', digest);
  expect(connections.status('one').state).toBe('stopped');
  await open();
  await until(() => existsSync(ran), 'the approved program runs');
});
