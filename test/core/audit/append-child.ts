// A process that appends to an audit log until it is killed or done, and says on stdout what was acknowledged.
// Usage: append-child.ts AUDIT_DIR CACHE_DIR load|once|few|fill|plan:STEPS
//   load: for ever · once: one event, then SIGKILL to itself · few: some events over several segments, every other one flushed,
//   two outcomes appended together
//   fill: until the disk is full, then frees some of it and goes on
//   plan: steps with commas between: a number of events, `flush`, `close`, `kill`
import { rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { AuditLog } from '../../../core/audit/audit-log.ts';
import { silentLogger } from '../../../core/base/logger.ts';

const [dir = '', cacheDir = '', mode = ''] = process.argv.slice(2);
const isSmall = mode === 'few' || mode.startsWith('plan:');
const limits = {
  segment: { bytes: 67_108_864, records: isSmall ? 3 : 400 },
  journalBytes: isSmall ? 500 : 32_768,
  groupMs: 1,
  retryMs: 20,
};
const log = await AuditLog.open({ dir, cacheDir, logger: silentLogger, limits });
let number = 0;

if (mode === 'once') {
  const id = append();
  say(`ack ${id}\n`);
  process.kill(process.pid, 'SIGKILL');
} else if (mode === 'load') {
  for (;;) {
    for (let i = 0; i < 20; i++) say(`ack ${append()}\n`);
    await setImmediate();
  }
} else if (mode.startsWith('plan:')) {
  for (const step of mode.slice('plan:'.length).split(',')) {
    if (step === 'kill') process.kill(process.pid, 'SIGKILL');
    else if (step === 'close') await log.close();
    else if (step === 'flush') await log.flushed();
    else for (let left = Number(step); left > 0; left--) say(`ack ${append()}\n`);
    await setImmediate();
  }
} else if (mode === 'fill') {
  const ballast = join(dir, '..', 'ballast');
  writeFileSync(ballast, Buffer.alloc(300_000));
  let refused = 0;
  while (refused < 3) if (!attempt()) refused++;
  rmSync(ballast);
  while (!attempt()) {
    refused++;
    await setTimeout(5);
  }
  await log.flushed();
  await log.close();
  say(`refused ${refused}\n`);
} else {
  for (let i = 0; i < 6; i++) {
    try {
      const id = append();
      say(`ack ${id}\n`);
      if (i === 3) for (const outcome of appendTogether(id)) say(`ack ${outcome}\n`);
      if (i % 2 === 1) continue;
      await log.flushed();
      say(`durable ${id}\n`);
    } catch (error) {
      say(`refused ${error instanceof Error && 'code' in error ? String(error.code) : 'for no known reason'}\n`);
    }
  }
  await log.close();
  writeSync(1, 'done\n');
}

function attempt(): boolean {
  try {
    say(`ack ${append('x'.repeat(3000))}\n`);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'AUDIT_NOT_WRITABLE') return false;
    throw error;
  }
}

/** The pipe does not block: a full one is tried again. */
function say(text: string): void {
  for (;;) {
    try {
      writeSync(1, text);
      return;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error;
    }
  }
}

/** Ids of outcomes that one write has recorded; none when it failed. */
function appendTogether(related: string): string[] {
  const ids: string[] = [];
  log.together(() => {
    for (let i = 0; i < 2; i++)
      ids.push(log.append({ kind: 'call.outcome', outcome: 'allowed', server: 's', related }).id);
  });
  return log.state().writable ? ids : [];
}

function append(payload?: string): string {
  number++;
  const { id } = log.append({
    kind: 'call.intent',
    outcome: 'allowed',
    server: 's',
    tool: `t${number}`,
    ...(payload === undefined ? {} : { payload }),
  });
  return id;
}
