// A program for tests, run with `--import failing-fs.mjs`: writes a set of three files and undoes it under the directory that it
// is given, again and again, and lets another changing call of the file system fail each time. Prints one JSON line a round.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { toPortolanError } from '../../shared/errors.ts';
import { stdioEntry, testClients } from './test-clients.ts';

const [, , base = ''] = process.argv;
const FILES = ['.cursor/mcp.json', '.config/Code/User/mcp.json', '.claude.json'];
const OLD = '{ "other": 1 }\n';
const CHANGES = ['cursor', 'vscode', 'claude-code'].map(
  (client) => ({ client, scope: 'user', mode: 'connect' }) as const,
);

/** Runs `action` with the call number `failAt` from now on failing; 0: none. Gives how it ended and how many calls there were. */
async function failing(failAt: number, action: () => Promise<unknown>): Promise<{ end: string; calls: number }> {
  process.emit('portolan-fail-at' as 'beforeExit', failAt);
  const end = await action().then(
    () => 'done',
    (error: unknown) => toPortolanError(error).code,
  );
  const calls: number[] = [];
  process.emit('portolan-calls' as never, calls as never);
  return { end, calls: calls[0] ?? 0 };
}

for (const undoing of [false, true]) {
  for (let round = 0, most = 1; round <= most; round += undoing && round > 0 ? 2 : 1) {
    const home = join(base, `${undoing}-${round}`);
    const { clients, catalog, put } = testClients(home);
    catalog.push(stdioEntry('files'));
    for (const file of FILES) put(file, OLD);
    const plan = await clients.sync.plan(CHANGES);
    const apply = () => clients.sync.apply({ planId: plan.planId, by: 'cli' });
    if (undoing) await apply();
    const { end, calls } = await failing(round, undoing ? () => clients.sync.undo({}) : apply);
    if (round === 0) most = calls;
    await failing(0, () => clients.sync.recover());
    const files = FILES.map((file) => (readFileSync(join(home, file), 'utf8') === OLD ? 'old' : 'new'));
    const [entry] = await clients.sync.history();
    process.stdout.write(`${JSON.stringify({ undoing, round, end, files, state: entry?.state ?? 'none' })}\n`);
  }
}
