// One holder at a time; the kernel frees the lock with its holder.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { acquireInstanceLock } from '../../host/instance-lock.ts';
import { tempDir } from '../support/temp-dir.ts';

const MODULE = new URL('../../host/instance-lock.ts', import.meta.url).href;
const HOLD = `const { acquireInstanceLock } = await import(${JSON.stringify(MODULE)});
  let lock; try { lock = acquireInstanceLock(process.argv[1]); console.log(lock ? 'held' : 'busy'); } catch (e) { console.log(e.code); }
  if (lock && process.argv[2]) setInterval(() => {}, 1000);`;

async function holder(path: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', HOLD, path, 'stay'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [text] = (await once(child.stdout, 'data')) as [Buffer];
  expect(text.toString()).toBe('held\n');
  return child;
}

describe('acquireInstanceLock', () => {
  it('GW-15 is refused while its holder lives and free the moment it is killed', async () => {
    const path = join(tempDir(), 'host.lock');
    const child = await holder(path);
    expect(acquireInstanceLock(path)).toBeUndefined();
    child.kill('SIGKILL');
    await once(child, 'exit');
    const lock = acquireInstanceLock(path);
    expect(lock?.isHeld()).toBe(true);
    lock?.release();
  });

  it('CON-02 is never taken from a holder that is stopped', async () => {
    const path = join(tempDir(), 'host.lock');
    const child = await holder(path);
    child.kill('SIGSTOP');
    expect(acquireInstanceLock(path)).toBeUndefined();
  });

  it('leaves no side file behind', async () => {
    const dir = tempDir();
    const lock = acquireInstanceLock(join(dir, 'host.lock'));
    expect(readdirSync(dir)).toEqual(['host.lock']);
    lock?.release();
    expect(readdirSync(dir)).toEqual(['host.lock']);
  });

  it('CON-02 knows that it is lost when its file is removed, also when another one took its place', async () => {
    const path = join(tempDir(), 'host.lock');
    const lock = acquireInstanceLock(path);
    rmSync(path);
    expect(lock?.isHeld()).toBe(false);
    await holder(path);
    expect(lock?.isHeld()).toBe(false);
    lock?.release();
  });

  it('STO-09 tells a file system without locks from a held lock', async () => {
    const dir = tempDir();
    const path = join(dir, 'host.lock');
    // Only locking calls on these two files fail; the name of the second is random otherwise.
    const knownName = `const crypto = (await import('node:crypto')).default; crypto.randomBytes = () => Buffer.alloc(6);
      (await import('node:module')).syncBuiltinESMExports();`;
    const files = ['-P', path, '-P', join(dir, '.lock-probe-000000000000')];
    const fault = ['-f', '-qq', '-o', '/dev/null', ...files, '-e', 'trace=fcntl', '-e', 'inject=fcntl:error=ENOLCK'];
    const script = ['--input-type=module', '-e', `${knownName}${HOLD}`, path];
    const result = spawnSync('strace', [...fault, process.execPath, ...script], { encoding: 'utf8' });
    expect(result.stdout).toBe('LOCK_UNSUPPORTED\n');
    expect(readdirSync(dir)).toEqual(['host.lock']);
  });
});
