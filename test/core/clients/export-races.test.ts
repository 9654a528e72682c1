// Other programs that write the same file at the same moment, and links that appear where a file was.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { describe, expect, it, onTestFinished } from 'vitest';
import { tempDir } from '../../support/temp-dir.ts';
import { stdioEntry, testClients } from '../../support/test-clients.ts';
import { rejected } from '../../support/thrown.ts';

const SWAPPER = `
  const { parentPort } = require('node:worker_threads');
  const { renameSync } = require('node:fs');
  parentPort.on('message', ({ from, to, wait }) => {
    const end = performance.now() + wait;
    while (performance.now() < end);
    renameSync(from, to);
    parentPort.postMessage('done');
  });
`;

describe('an export', () => {
  it('CFG-01 never writes through a link that takes the place of the file after the preview', {
    timeout: 120_000,
  }, async () => {
    const { clients, catalog, put, home } = testClients(tempDir());
    catalog.push(stdioEntry('files'));
    const victim = put('victim.json', '{"victim":true}');
    const swapper = new Worker(SWAPPER, { eval: true });
    onTestFinished(async () => void (await swapper.terminate()));
    const outcomes = { written: 0, refused: 0 };
    for (let round = 0; round < 400; round += 1) {
      const path = join(home, '.cursor/mcp.json');
      rmSync(path, { force: true });
      put('.cursor/mcp.json', '{}');
      const plan = await clients.planExport({ client: 'cursor', scope: 'user', mode: 'connect' });
      const link = join(home, '.cursor/link');
      symlinkSync(victim, link);
      const swapped = once(swapper, 'message');
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread has no origin
      swapper.postMessage({ from: link, to: path, wait: round % 30 });
      await clients.applyExport({ planId: plan.planId }).then(
        () => (outcomes.written += 1),
        () => (outcomes.refused += 1),
      );
      await swapped;
      expect(readFileSync(victim, 'utf8')).toBe('{"victim":true}');
      expect(lstatSync(victim).isFile()).toBe(true);
    }
    // Both sides of the race were met.
    expect(Math.min(outcomes.written, outcomes.refused)).toBeGreaterThan(0);
  });

  it('CFG-01 refuses when the file became a link before it is written', async () => {
    const { clients, catalog, put, home } = testClients(tempDir());
    catalog.push(stdioEntry('files'));
    const victim = put('victim.json', '{}');
    const path = put('.cursor/mcp.json', '{}');
    const plan = await clients.planExport({ client: 'cursor', scope: 'user', mode: 'connect' });
    symlinkSync(victim, join(home, 'link'));
    renameSync(join(home, 'link'), path);
    await expect(clients.applyExport({ planId: plan.planId })).rejects.toMatchObject({ code: 'FILE_CHANGED' });
    expect(readFileSync(victim, 'utf8')).toBe('{}');
  });

  it.each([
    { client: 'cursor', place: '.cursor/mcp.json', how: 'in place', locked: false },
    { client: 'claude-code', place: '.claude.json', how: 'by rename under its lock', locked: true },
  ])(
    'CFG-03 loses no update of a program that rewrites $place $how',
    { timeout: 180_000 },
    async ({ client, place, locked }) => {
      const { clients, catalog, put } = testClients(tempDir());
      const program = startProgram();
      const outcomes = { written: 0, refused: 0 };
      const path = put(place, '{"mcpServers":{}}');
      for (let round = 0; round < 500; round += 1) {
        writeFileSync(path, JSON.stringify({ mcpServers: {}, marker: -1 }));
        catalog.splice(0, 1, stdioEntry(`server-${round}`));
        const plan = await clients.planExport({ client, scope: 'user', mode: 'connect' });
        const rewritten = once(program, 'message');
        program.send({ path, marker: round, waitMicros: (round % 60) * 250, locked });
        const written = await clients.applyExport({ planId: plan.planId }).then(
          () => true,
          () => false,
        );
        await rewritten;
        outcomes[written ? 'written' : 'refused'] += 1;
        expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ marker: round });
      }
      expect(Math.min(outcomes.written, outcomes.refused)).toBeGreaterThan(0);
    },
  );

  it('CFG-03 gives way to a program that writes into the old file after it was replaced', async () => {
    const { clients, catalog, put } = testClients(tempDir());
    catalog.push(stdioEntry('files'));
    const path = put('.cursor/mcp.json', '{"mcpServers":{}}');
    const plan = await clients.planExport({ client: 'cursor', scope: 'user', mode: 'connect' });
    const theirs = openSync(path, 'r+');
    const before = statSync(path).ino;
    const applied = rejected(clients.applyExport({ planId: plan.planId }));
    await new Promise<void>((resolve) => {
      const look = () => (statSync(path).ino === before ? setImmediate(look) : resolve());
      look();
    });
    writeSync(theirs, '{"theirs":"late"}', 0);
    closeSync(theirs);
    expect((await applied).code).toBe('FILE_CHANGED');
    expect(readFileSync(path, 'utf8')).toBe('{"theirs":"late"}');
  });

  it('CFG-03 waits for the lock of Claude Code and sees what was written under it', async () => {
    const { clients, catalog, put, backupsDir } = testClients(tempDir());
    catalog.push(stdioEntry('files'));
    const path = put('.claude.json', '{"mcpServers":{}}');
    const input = { client: 'claude-code', scope: 'user', mode: 'connect' } as const;
    const plan = await clients.planExport(input);
    mkdirSync(`${path}.lock`);
    const applied = rejected(clients.applyExport({ planId: plan.planId }));
    for (let round = 0; round < 50; round += 1) await clients.planExport(input);
    expect(existsSync(backupsDir)).toBe(false);
    writeFileSync(path, '{"theirs":1}');
    rmdirSync(`${path}.lock`);
    expect((await applied).code).toBe('FILE_CHANGED');
    expect([readFileSync(path, 'utf8'), existsSync(`${path}.lock`)]).toEqual(['{"theirs":1}', false]);
  });
});

function startProgram(): ChildProcess {
  const program = fork(join(import.meta.dirname, '../../support/rewriting-program.ts'), {
    execArgv: ['--no-warnings'],
  });
  onTestFinished(() => void program.kill());
  return program;
}
