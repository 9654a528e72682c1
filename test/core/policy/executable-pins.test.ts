// The pins over real files: what a change of any kind does to the next start.
import {
  chmodSync,
  copyFileSync,
  linkSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { digestOf, type ProgramStart } from '../../../core/policy/executable-pins.ts';
import { programFiles } from '../../../core/policy/program-files.ts';
import { freshPins } from '../../support/pins.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { rejected } from '../../support/thrown.ts';

function setUp() {
  const dir = tempDir();
  const tool = join(dir, 'tool');
  writeFileSync(tool, '#!/bin/sh\necho one\n', { mode: 0o755 });
  const start = (args: string[] = [], command = tool): ProgramStart => ({
    server: 'files',
    endpoint: { type: 'stdio', command, args, env: {} },
    files: programFiles(command, args, dir),
  });
  return { dir, tool, start, pins: freshPins() };
}

describe('SUP-17: an approved program that was changed', () => {
  const CHANGES: readonly (readonly [string, (tool: string) => void])[] = [
    ['written anew in its place', (tool) => writeFileSync(tool, '#!/bin/sh\necho two\n')],
    [
      'replaced by renaming another over it',
      (tool) => {
        writeFileSync(`${tool}.new`, '#!/bin/sh\necho two\n', { mode: 0o755 });
        renameSync(`${tool}.new`, tool);
      },
    ],
    [
      'replaced with the same size and times',
      (tool) => {
        const { atime, mtime } = statSync(tool);
        writeFileSync(tool, '#!/bin/sh\necho two\n');
        utimesSync(tool, atime, mtime);
      },
    ],
    [
      'replaced by a link to another program',
      (tool) => {
        writeFileSync(`${tool}.other`, '#!/bin/sh\necho one\n', { mode: 0o755 });
        rmSync(tool);
        symlinkSync(`${tool}.other`, tool);
      },
    ],
  ];
  test.each(CHANGES)('is refused when %s', async (_how, change) => {
    const { tool, start, pins } = setUp();
    await pins.check(start());
    change(tool);
    expect(await rejected(pins.check(start()))).toMatchObject({ code: 'APPROVAL_NEEDED' });
    // Asking twice is not approving.
    expect((await rejected(pins.check(start()))).code).toBe('APPROVAL_NEEDED');
  });

  test('is let pass when only its times, its inode or its rights changed', async () => {
    const { dir, tool, start, pins } = setUp();
    await pins.check(start());
    utimesSync(tool, 1, 1);
    await pins.check(start());
    copyFileSync(tool, join(dir, 'copy'));
    renameSync(join(dir, 'copy'), tool);
    chmodSync(tool, 0o700);
    await pins.check(start());
    linkSync(tool, join(dir, 'second-name'));
    await pins.check(start());
  });

  test('starts again after an approval of exactly what was shown', async () => {
    const { tool, start, pins } = setUp();
    await pins.check(start());
    writeFileSync(tool, '#!/bin/sh\necho two\n');
    const shown = await pins.look(start());
    expect(shown).toMatchObject([{ path: tool, state: 'changed' }]);
    expect(shown[0]?.now).not.toBe(shown[0]?.pinned);
    writeFileSync(tool, '#!/bin/sh\necho three\n');
    expect((await rejected(pins.approve(start(), digestOf(shown)))).code).toBe('FILE_CHANGED');
    expect((await rejected(pins.check(start()))).code).toBe('APPROVAL_NEEDED');
    await pins.approve(start(), digestOf(await pins.look(start())));
    await pins.check(start());
  });

  test('is pinned anew when the person changes the command or adds the server again', async () => {
    const { tool, start, pins } = setUp();
    await pins.check(start());
    writeFileSync(tool, '#!/bin/sh\necho two\n');
    await pins.check(start(['--verbose']));
    await pins.check(start(['--verbose']));
    writeFileSync(tool, '#!/bin/sh\necho three\n');
    expect((await rejected(pins.check(start(['--verbose'])))).code).toBe('APPROVAL_NEEDED');
    pins.forget('files');
    await pins.check(start(['--verbose']));
  });

  test('of the system is not pinned, and one of the person’s in its place is refused', async () => {
    const { dir, tool, start } = setUp();
    const other = join(dir, 'other');
    copyFileSync(tool, other);
    const ours = new Set<string>();
    const pins = freshPins({ isReplaceable: (path) => ours.has(path) });
    await pins.check(start());
    writeFileSync(tool, '#!/bin/sh\necho two\n');
    await pins.check(start());
    const at = (path: string): ProgramStart => ({ ...start(), files: [{ position: 0, path }] });
    await pins.check(at(other));
    ours.add(tool);
    expect(await rejected(pins.check(at(tool)))).toMatchObject({
      code: 'APPROVAL_NEEDED',
      data: { path: tool, pinnedPath: other, pinned: null },
    });
  });
});

describe('SUP-17: the script that an interpreter is given', () => {
  test('is pinned, and a folder in its place is refused', async () => {
    const { dir, start, pins } = setUp();
    const script = join(dir, 'server.py');
    writeFileSync(script, 'print(1)\n');
    const python = () => start(['-u', 'server.py', 'data.db'], '/bin/sh');
    await pins.check(python());
    writeFileSync(script, 'print(2)\n');
    expect(await rejected(pins.check(python()))).toMatchObject({ code: 'APPROVAL_NEEDED', data: { path: script } });
    rmSync(script);
    await pins.check(start(['-u', 'server.py', 'other.db'], '/bin/sh'));
    writeFileSync(script, 'print(1)\n');
    const args = ['server.py'];
    await pins.check(start(args, '/bin/sh'));
    rmSync(script);
    mkdirSync(script);
    expect((await rejected(pins.check(start(args, '/bin/sh')))).code).toBe('APPROVAL_NEEDED');
  });

  const dir = 'positions of the files that are pinned';
  test.each([
    ['node', ['server.js', 'data.json'], [0, 1]],
    ['node', ['--inspect', './server.js', 'data.json'], [0, 2]],
    ['node', ['--import', 'hook.js', 'server.js', 'data.json'], [0, 2, 3]],
    ['node', ['-e', 'code', 'server.js'], [0]],
    ['python3.12', ['-m', 'server', 'data.json'], [0]],
    ['deno', ['run', '-A', 'server.js'], [0, 3]],
    ['npx', ['server.js'], [0]],
    ['tool', ['data.json'], [0]],
    ['node', ['absent.js'], [0]],
  ] as const)(`${dir}: %s %j`, (command, args, positions) => {
    const folder = tempDir();
    for (const name of [command, 'server.js', 'hook.js', 'data.json']) writeFileSync(join(folder, name), '');
    const files = programFiles(join(folder, command), args, folder);
    expect(files.map(({ position }) => position)).toEqual(positions);
  });
});
