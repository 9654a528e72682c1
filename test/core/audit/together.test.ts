import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { AuditEvent } from '../../../core/audit/audit-log.ts';
import { layoutOf, listNumbered, numberedName } from '../../../core/audit/layout.ts';
import { auditHome, type Home, intent, openLog, recordsOf } from './support.ts';

function outcome(related: string): AuditEvent {
  return { kind: 'call.outcome', outcome: 'allowed', server: 'github', session: 'session-a', related };
}

/** Kinds of the events in the journal, as the next host would find them now. */
function journalled({ dir }: Home): string[] {
  const folder = layoutOf(dir).journal;
  const text = listNumbered(folder).map((number) => readFileSync(join(folder, numberedName(number)), 'utf8'));
  return [...text.join('').matchAll(/"kind":"([a-z.]+)"/g)].map(([, kind = '']) => kind);
}

// Long enough that the writer takes nothing out of the journal meanwhile.
const limits = { groupMs: 60_000 };

test('outcomes that are appended together are in the journal when that ends, in their order and complete', async () => {
  const home = auditHome();
  const log = await openLog(home, { limits });
  const intents = [1, 2, 3].map((number) => log.append(intent(number)).id);
  let outcomes: string[] = [];
  log.together(() => {
    outcomes = intents.map((id) => log.append(outcome(id)).id);
    expect(journalled(home)).toEqual(['call.intent', 'call.intent', 'call.intent']);
  });
  expect(journalled(home).slice(3)).toEqual(['call.outcome', 'call.outcome', 'call.outcome']);
  await log.flushed();
  expect(recordsOf(home.dir).map(({ event_id }) => event_id)).toEqual([...intents, ...outcomes]);
});

test('an intent never waits for the others: when its append returns, it and what came before it are written', async () => {
  const home = auditHome();
  const log = await openLog(home, { limits });
  const first = log.append(intent(1)).id;
  log.together(() => {
    log.append(outcome(first));
    log.append(intent(2));
    expect(journalled(home)).toEqual(['call.intent', 'call.outcome', 'call.intent']);
  });
  expect(journalled(home)).toHaveLength(3);
});

test('an exception in the work loses no outcome that was appended before it', async () => {
  const home = auditHome();
  const log = await openLog(home, { limits });
  const first = log.append(intent(1)).id;
  const work = () =>
    log.together(() => {
      log.append(outcome(first));
      throw new Error('of the work');
    });
  expect(work).toThrow('of the work');
  expect(journalled(home)).toEqual(['call.intent', 'call.outcome']);
});
