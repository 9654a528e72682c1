// Processes are told apart by more than their ids, and a tree is found however it is spread.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import {
  identityOfNewChild,
  isAlive,
  ownIdentity,
  readProcStat,
  readPs,
} from '../../../core/connections/process-identity.ts';
import { ProcessTree } from '../../../core/connections/process-tree.ts';
import { lives } from '../../support/processes.ts';
import { until } from '../../support/until.ts';

function shell(script: string): number {
  const child = spawn('/bin/sh', ['-c', script], { detached: true, stdio: 'ignore', env: { PATH: '/usr/bin:/bin' } });
  const pid = child.pid ?? 0;
  onTestFinished(() => {
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // The test ended it.
    }
  });
  return pid;
}

test('this process is alive; with another start time it is not', () => {
  const own = ownIdentity();
  expect(isAlive(own)).toBe(true);
  expect(isAlive({ ...own, startedAt: own.startedAt + 1 })).toBe(false);
});

test('a program’s name with spaces and parentheses does not disturb the reading', async () => {
  const pid = shell(`printf "a) S 1 (b" > /proc/self/comm; sleep 600`);
  await until(() => readFileSync(`/proc/${pid}/comm`, 'utf8') === 'a) S 1 (b\n', 'it has its name');
  expect(readProcStat(pid)).toMatchObject({ pid, ppid: process.pid, session: pid, dead: false });
});

test('ps gives the same parents and groups as /proc, for systems without it', () => {
  const pid = shell('sleep 600');
  const [row] = readPs(['-p', String(pid)]);
  expect(row).toMatchObject({ pid, ppid: process.pid, session: pid, dead: false });
  expect(Math.abs((row?.startedAt ?? 0) - Date.now())).toBeLessThan(3_600_000);
  expect(readPs(['-p', String(2 ** 22 + 1)])).toEqual([]);
});

test('the tree is found through parents and sessions when no marker can be read, and nothing else is', async () => {
  const stranger = shell('sleep 600');
  const pid = shell('sleep 600 & (sleep 600 & sleep 600) & wait');
  const tree = new ProcessTree({ process: identityOfNewChild(pid), marker: 'f'.repeat(32), held: true });
  const members = await until(() => (tree.alive().length >= 4 ? tree.alive() : undefined), 'the tree is complete');
  expect(members).not.toContain(stranger);
  expect(members).not.toContain(process.pid);
  await until(() => tree.signal('SIGKILL') === 0, 'the tree is gone');
  expect([lives(stranger), ...members.map(lives)]).toEqual([true, ...members.map(() => false)]);
});

test('a root whose pid has another start time now is not touched', () => {
  const pid = shell('sleep 600');
  const identity = identityOfNewChild(pid);
  const tree = new ProcessTree({
    process: { pid, startedAt: (identity?.startedAt ?? 0) - 1 },
    marker: 'f'.repeat(32),
    held: true,
  });
  expect(tree.signal('SIGKILL')).toBe(0);
  expect(lives(pid)).toBe(true);
});
