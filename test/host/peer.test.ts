// What the system tells about a shim, and who is refused.
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readPeer } from '../../host/peer.ts';
import { tempDir } from '../support/temp-dir.ts';
import { thrown } from '../support/thrown.ts';

/** A /proc with one shim (10) and its parent (20). */
function proc(parent: { exe: string; argv: readonly string[] }): string {
  const root = tempDir();
  for (const pid of ['10', '20']) mkdirSync(join(root, pid));
  writeFileSync(join(root, '10', 'stat'), '10 (node) x) S 20 1 1');
  symlinkSync(parent.exe, join(root, '20', 'exe'));
  writeFileSync(join(root, '20', 'cmdline'), `${parent.argv.join('\0')}\0`);
  return root;
}

describe('readPeer', () => {
  it('tells the program that started the shim, from the system and not from the claim', () => {
    const options = { proc: proc({ exe: '/opt/Claude/claude', argv: ['claude'] }) };
    expect(readPeer(10, 99, options)).toEqual({ name: 'claude', pid: 20, executable: '/opt/Claude/claude' });
  });

  it('names an interpreter by its script, printable and short', () => {
    const script = `/x/\x1b[31m${'é'.repeat(200)}`;
    const { name } = readPeer(10, undefined, {
      proc: proc({ exe: '/usr/bin/node', argv: ['node', '--flag', script] }),
    });
    expect(name).toMatch(/^[\x20-\x7e]{64}$/);
  });

  it('GW-14 refuses a process of another user and what is no process id', () => {
    const options = { proc: proc({ exe: '/x', argv: ['x'] }), uid: 12_345 };
    expect(thrown(() => readPeer(10, undefined, options)).code).toBe('FORBIDDEN');
    for (const pid of [0, -1, 1.5, Number.NaN]) expect(thrown(() => readPeer(pid, undefined)).code).toBe('FORBIDDEN');
  });

  it('knows this very process', () => {
    expect(readPeer(process.pid, undefined)).toMatchObject({ pid: process.ppid });
  });
});
