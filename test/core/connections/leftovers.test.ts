// What a killed host leaves behind is ended by the next one; nothing else is.
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { silentLogger } from '../../../core/base/logger.ts';
import { recordChild, reapLeftovers } from '../../../core/connections/leftovers.ts';
import { identityOfNewChild, ownIdentity } from '../../../core/connections/process-identity.ts';
import { MARKER_VARIABLE } from '../../../core/connections/process-tree.ts';
import { lives } from '../../support/processes.ts';
import { EVIL_STDIO } from '../../support/stdio-server.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { until } from '../../support/until.ts';

const HOST = fileURLToPath(new URL('../../support/small-host.ts', import.meta.url));
const MARKER = 'c'.repeat(32);
/** An identity that no living process has. */
const DEAD_HOST = { pid: 2 ** 22 + 1, startedAt: 1 };

describe('reapLeftovers', () => {
  test('SUP-07: a host killed with SIGKILL with five servers leaves nothing that the next start does not end', async () => {
    const rounds = process.env['PORTOLAN_SOAK'] === '1' ? 100 : 10;
    const runDir = join(tempDir(), 'run');
    const decoy = sleeper();
    for (let round = 0; round < rounds; round += 1) {
      const children = await killedHost(runDir);
      expect(children).toHaveLength(5);
      // A recycled pid: the record names a process that is not the one it once was.
      plant(runDir, MARKER, { host: DEAD_HOST, child: { pid: decoy, startedAt: 1 } });
      const reaped = await reapLeftovers(runDir, silentLogger);
      expect(children.filter(lives)).toEqual([]);
      expect(reaped).toBeGreaterThan(0);
      expect(readdirSync(join(runDir, 'children'))).toEqual([]);
    }
    expect(lives(decoy)).toBe(true);
  }, 300_000);

  test('SUP-07: the right pid and start time without the marker is not ours', async () => {
    const runDir = join(tempDir(), 'run');
    const decoy = sleeper();
    plant(runDir, MARKER, { host: DEAD_HOST, child: identityOfNewChild(decoy) });
    expect(await reapLeftovers(runDir, silentLogger)).toBe(0);
    expect(lives(decoy)).toBe(true);
  });

  test('a host killed between the record and its completion: the marker alone finds the child', async () => {
    const runDir = join(tempDir(), 'run');
    const child = sleeper({ [MARKER_VARIABLE]: MARKER });
    plant(runDir, MARKER, '{"host":{"pid"');
    expect(await reapLeftovers(runDir, silentLogger)).toBe(1);
    expect(lives(child)).toBe(false);
  });

  test('the children of a host that lives (it is draining) are left alone', async () => {
    const runDir = join(tempDir(), 'run');
    const child = sleeper({ [MARKER_VARIABLE]: MARKER });
    plant(runDir, MARKER, { host: ownIdentity(), child: identityOfNewChild(child) });
    expect(await reapLeftovers(runDir, silentLogger)).toBe(0);
    expect(lives(child)).toBe(true);
  });

  test('what a host killed in the middle of a start left beside the records is removed', async () => {
    const runDir = join(tempDir(), 'run');
    const dir = join(runDir, 'children');
    mkdirSync(dir, { recursive: true });
    for (const name of [`${MARKER}.json.new`, '0123456789ab.err']) writeFileSync(join(dir, name), '');
    expect(await reapLeftovers(runDir, silentLogger)).toBe(0);
    expect(readdirSync(dir)).toEqual([]);
  });

  test('files that are no records are left alone, and no folder is no trouble', async () => {
    const runDir = join(tempDir(), 'run');
    expect(await reapLeftovers(runDir, silentLogger)).toBe(0);
    plant(runDir, 'notes', {});
    expect(await reapLeftovers(runDir, silentLogger)).toBe(0);
    expect(readdirSync(join(runDir, 'children'))).toEqual(['notes.json']);
  });

  test('a record exists before the child, only the owner may read it, and it goes at the end', () => {
    const runDir = join(tempDir(), 'run');
    const record = recordChild(runDir, MARKER);
    expect(readdirSync(join(runDir, 'children'))).toEqual([`${MARKER}.json`]);
    record.started({ pid: 5, startedAt: 6 });
    record.remove();
    expect(readdirSync(join(runDir, 'children'))).toEqual([]);
  });
});

function plant(runDir: string, name: string, content: object | string): void {
  mkdirSync(join(runDir, 'children'), { recursive: true });
  writeFileSync(
    join(runDir, 'children', `${name}.json`),
    typeof content === 'string' ? content : JSON.stringify(content),
  );
}

/** A process that only waits, in its own session. */
function sleeper(env: NodeJS.ProcessEnv = {}): number {
  const child = spawn('/bin/sleep', ['600'], { detached: true, stdio: 'ignore', env });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child.pid ?? 0;
}

/** Starts a host with five servers, kills it once all run, and gives the pids that the servers had. */
async function killedHost(runDir: string): Promise<number[]> {
  const host = spawn(process.execPath, [HOST, runDir, EVIL_STDIO], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void host.kill('SIGKILL'));
  const lines = createInterface({ input: host.stdout })[Symbol.asyncIterator]();
  const { value } = await lines.next();
  host.kill('SIGKILL');
  await until(() => !lives(host.pid ?? 0), 'the host is dead');
  return JSON.parse(String(value)) as number[];
}
