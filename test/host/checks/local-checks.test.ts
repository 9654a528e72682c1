// `portolan doctor SERVER` on programs, good and hostile: the first thing that is wrong is named, and what follows is skipped.
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../../core/base/clock.ts';
import { runChecks } from '../../../host/checks/server-checks.ts';
import { PortolanError } from '../../../shared/errors.ts';
import { check, expectStopAt, node } from '../../support/check-rig.ts';
import { ECHO_SERVER } from '../../support/gateway-rig.ts';
import { littleParts } from '../../support/little-parts.ts';
import { tempDir } from '../../support/temp-dir.ts';

const EVIL = join(import.meta.dirname, '../../fixtures/evil-stdio.mjs');
const MODERN = join(import.meta.dirname, '../../fixtures/modern-sdk-stdio.mjs');

describe('the entry', () => {
  test('that is missing or turned off ends the walk', async () => {
    const results = [];
    for await (const result of runChecks('nobody', { ...littleParts() })) results.push(result);
    expect(results).toMatchObject([{ id: 'entry', outcome: 'failed', code: 'SERVER_NOT_FOUND' }]);
    expectStopAt(await check(node(ECHO_SERVER), { options: { enabled: false } }), 'entry', 'SERVER_DISABLED');
  });

  test('whose secret is missing is not started', async () => {
    const checked = await check(node(ECHO_SERVER), {
      resolve: () => {
        throw new PortolanError('SECRET_NOT_FOUND', 'no secret KEY');
      },
    });
    expectStopAt(checked, 'references', 'SECRET_NOT_FOUND');
  });
});

describe('a program', () => {
  test('that works passes every step in order', async () => {
    const { results, wrong } = await check(node(EVIL));
    expect(wrong).toEqual([]);
    expect(results.map(({ id }) => id)).toEqual([
      'entry',
      'references',
      'folder',
      'command',
      'executable',
      'format',
      'start',
      'stderr',
      'era',
      'handshake',
      'tools',
      'prompts',
      'resources',
      'templates',
      'output',
      'stop',
    ]);
    expect(results.every(({ tookMs }) => tookMs !== undefined)).toBe(true);
  });

  test('of 2026-07-28 is asked in its own dialect', async () => {
    const checked = await check(node(MODERN, 'reject'));
    expect(checked.wrong).toEqual([]);
    expect(checked.of('era').detail).toBe('modern, 2026-07-28');
    expect(checked.of('tools').outcome).toBe('ok');
  });

  test.each([
    ['that is not there', { command: '/nowhere/at/all' }, 'command', 'SPAWN_NOT_FOUND'],
    ['in a folder that is not there', { command: process.execPath, cwd: '/nowhere/at/all' }, 'folder', 'SPAWN_BAD_CWD'],
  ])('%s', async (_case, endpoint, id, code) => {
    expectStopAt(await check({ type: 'stdio', ...endpoint }), id, code);
  });

  test.each([
    ['that may not be run', 0o600, '#!/bin/sh\n', 'executable', 'SPAWN_NOT_EXECUTABLE'],
    ['of another kind', 0o700, 'neither program nor script', 'format', 'SPAWN_WRONG_FORMAT'],
  ])('%s', async (_case, mode, content, id, code) => {
    const file = join(tempDir(), 'server');
    writeFileSync(file, content);
    chmodSync(file, mode);
    const checked = await check({ type: 'stdio', command: file });
    expectStopAt(checked, id, code);
    expect(checked.of('command').outcome).toBe('ok');
  });

  test('that crashes at its start says why', async () => {
    // However slowly it starts: its end is waited for.
    const clock = { ...systemClock, setTimeout: (fn: () => void) => systemClock.setTimeout(fn, 20_000) };
    const checked = await check(node(EVIL, 'exit=3', 'stderr-line=no config found'), { clock });
    expectStopAt(checked, 'start', 'SERVER_EXITED');
    expect(checked.of('start').detail).toContain('no config found');
  });

  test('that ends at the handshake says why', async () => {
    const clock = {
      ...systemClock,
      setTimeout: (fn: () => void, ms: number) => systemClock.setTimeout(fn, ms === 250 ? 0 : ms),
    };
    const options = { protocolEra: 'legacy' };
    const checked = await check(node(EVIL, 'exit=3', 'stderr-line=no config found'), { clock, options });
    const failed = checked.results.find(({ outcome }) => outcome === 'failed');
    expect(failed).toMatchObject({ id: 'handshake', code: 'SERVER_EXITED' });
    expect(failed?.detail).toContain('no config found');
  });

  test('that writes noise to its output works, with a warning; its last error line is shown', async () => {
    const checked = await check(node(EVIL, 'noise', 'stderr-text=low on memory\n'));
    expect(checked.wrong).toEqual(['output warning STDOUT_NOISE']);
    expect(checked.of('stderr').detail).toBe('low on memory');
    expect(checked.of('handshake').outcome).toBe('ok');
  });

  test('that never answers fails at the handshake', async () => {
    const checked = await check(node(EVIL, 'deaf'), { options: { timeouts: { startMs: 2_000 } } });
    const failed = checked.results.find(({ outcome }) => outcome === 'failed');
    expect(failed?.id).toBe('handshake');
    expect(['REQUEST_TIMEOUT', 'SERVER_START_TIMEOUT']).toContain(failed?.code);
  });
});
