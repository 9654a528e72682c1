// The pipe for stderr: to the child like any other, to us one buffer, in the folder nothing that stays.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openErrorPipe } from '../../../core/connections/error-pipe.ts';
import { tempDir } from '../../support/temp-dir.ts';

/** Runs a program to the end of its stderr. */
async function run(dir: string, command: string, args: readonly string[]) {
  const pipe = await openErrorPipe(dir);
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', pipe.childEnd] });
  const exited = once(child, 'exit');
  await once(child, 'spawn');
  const chunks: Buffer[] = [];
  const buffers = new Set<ArrayBufferLike>();
  const stderr = pipe.read(child, (bytes) => {
    chunks.push(Buffer.from(bytes));
    buffers.add(bytes.buffer);
  });
  await once(stderr, 'end');
  return { text: Buffer.concat(chunks).toString(), buffers: buffers.size, code: (await exited)[0] as number };
}

test('what a child writes without ever waiting arrives whole and in order, through one buffer', async () => {
  const write = `for (let i = 0; i < 5; i++) require('fs').writeSync(2, String(i).repeat(1e6)) === 1e6 || process.exit(9)`;
  const { text, buffers, code } = await run(tempDir(), process.execPath, ['-e', write]);
  expect(code).toBe(0);
  expect(text === ['0', '1', '2', '3', '4'].map((digit) => digit.repeat(1e6)).join('')).toBe(true);
  expect(buffers).toBe(1);
});

test('the end is seen when the last holder is gone, which may not be the child itself', async () => {
  // The descendant's input ends when the child has: Node closes it then.
  const script = '(cat <&3 >/dev/null; echo late >&2) 3<&0 & echo early >&2; exit 3';
  expect(await run(tempDir(), '/bin/sh', ['-c', script])).toEqual({ text: 'early\nlate\n', buffers: 1, code: 3 });
});

test('a child may close it', async () => {
  expect(await run(tempDir(), '/bin/sh', ['-c', 'exec 2>&-; exit 4'])).toEqual({ text: '', buffers: 0, code: 4 });
});

test('nothing stays in the folder, whether a child was started or not', async () => {
  const dir = tempDir();
  await run(dir, '/bin/sh', ['-c', 'exit 0']);
  (await openErrorPipe(dir)).discard();
  expect(readdirSync(dir)).toEqual([]);
});

test('where no socket can be made it is Node’s own pipe', async () => {
  const dir = join(tempDir(), 'x'.repeat(120));
  mkdirSync(dir);
  for (const each of [dir, join(dir, 'absent')]) {
    expect((await openErrorPipe(each)).childEnd).toBe('pipe');
    expect((await run(each, '/bin/sh', ['-c', 'echo text >&2'])).text).toBe('text\n');
  }
});
