// Which program a command names.
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkExecutableFormat, matchesRule } from '../../../core/connections/executable-format.ts';
import { findExecutable, refuseBatch } from '../../../core/connections/find-executable.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { thrown } from '../../support/thrown.ts';

function program(dir: string, name: string, mode = 0o755, content: string | Buffer = '#!/bin/sh\n'): string {
  const path = join(dir, name);
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}

describe('findExecutable', () => {
  test('takes the first program on PATH; files that may not run and folders are passed over', () => {
    const [a, b, c] = [tempDir(), tempDir(), tempDir()];
    program(a, 'tool', 0o644);
    mkdirSync(join(b, 'tool'));
    const found = program(c, 'tool');
    expect(findExecutable('tool', { cwd: a, path: `${a}:${b}:${c}` })).toBe(found);
  });

  test('a command with a slash starts at the working directory and ignores PATH', () => {
    const dir = tempDir();
    const found = program(dir, 'tool');
    expect(findExecutable('./tool', { cwd: dir, path: '/bin' })).toBe(found);
    expect(thrown(() => findExecutable('./sh', { cwd: dir, path: '/bin' })).code).toBe('SPAWN_NOT_FOUND');
  });

  test('says that a file was found that may not run', () => {
    const dir = tempDir();
    const path = program(dir, 'tool', 0o644);
    const error = thrown(() => findExecutable('tool', { cwd: dir, path: dir }));
    expect([error.code, error.data]).toEqual(['SPAWN_NOT_EXECUTABLE', { path }]);
  });
});

describe('SUP-02: a batch file on Windows is never run: its shell’s quoting cannot be made safe', () => {
  test.each(['C:\\tools\\server.cmd', 'C:\\tools\\server.BAT', 'C:\\a & b\\x.cmd'])('%s is refused', (file) => {
    const error = thrown(() => refuseBatch(file));
    expect([error.code, error.hint]).toEqual([
      'SPAWN_WRONG_FORMAT',
      expect.stringContaining('the program that the batch file starts'),
    ]);
  });

  test('for npx the hint says what to use instead', () => {
    const { hint } = thrown(() => refuseBatch('C:\\Program Files\\nodejs\\npx.cmd'));
    expect(hint).toBe(
      'Use the command "node" with "C:\\Program Files\\nodejs\\node_modules\\npm\\bin\\npx-cli.js" as the first argument.',
    );
  });

  test('programs pass', () => {
    expect(refuseBatch('C:\\tools\\server.exe')).toBe('C:\\tools\\server.exe');
  });
});

describe('checkExecutableFormat', () => {
  test('native programs and scripts pass, with the script’s interpreter', () => {
    const dir = tempDir();
    expect(checkExecutableFormat(process.execPath)).toBeUndefined();
    expect(checkExecutableFormat(program(dir, 'script', 0o755, '#! /usr/bin/env node\n'))).toBe('/usr/bin/env');
  });

  test('SUP-16: a program for another processor, garbage and an empty file are refused', () => {
    const dir = tempDir();
    const elf = Buffer.alloc(64);
    elf.write('\x7fELF\x02\x01', 'latin1');
    elf.writeUInt16LE(0xf0f0, 18);
    for (const content of [elf, 'echo hello\n', '']) {
      expect(thrown(() => checkExecutableFormat(program(dir, 'x', 0o755, content), 'linux')).code).toBe(
        'SPAWN_WRONG_FORMAT',
      );
    }
  });

  test('formats that Linux was told of pass', () => {
    const wine = 'enabled\ninterpreter /usr/bin/wine\nflags: \noffset 0\nmagic 4d5a\n';
    expect(matchesRule(wine, Buffer.from('MZ\x90'), '/x.exe')).toBe(true);
    expect(matchesRule(wine.replace('enabled', 'disabled'), Buffer.from('MZ'), '/x.exe')).toBe(false);
    expect(matchesRule('enabled\ninterpreter /x\nflags: \nextension .jar\n', Buffer.from(''), '/a/b.jar')).toBe(true);
    expect(matchesRule('enabled\noffset 1\nmagic ff00\nmask f000\n', Buffer.from([0, 0xf3, 9]), '/x')).toBe(false);
    expect(matchesRule('enabled\noffset 1\nmagic f000\nmask f000\n', Buffer.from([0, 0xf3, 9]), '/x')).toBe(true);
  });
});
