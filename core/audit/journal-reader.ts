// Reads one journal file on the writer's thread: whole lines in groups, damaged ones counted.
import { join } from 'node:path';
import { decodeJournalLine } from './journal-line.ts';
import { numberedName } from './layout.ts';
import { type LineEnd, lineChunks, linesOf } from './line-chunks.ts';
import type { StampedEvent } from './record.ts';

export interface JournalBatch {
  readonly events: readonly StampedEvent[];
  /** Whole lines whose checksum is wrong. */
  readonly damagedLines: number;
}

/** The events of journal file `number` from byte `from` up to byte `to` or the end of the file. */
export function* readJournal(dir: string, number: number, from: number, to?: number): Generator<JournalBatch, LineEnd> {
  const chunks = lineChunks(join(dir, numberedName(number)), from, to);
  for (let next = chunks.next(); ; next = chunks.next()) {
    if (next.done === true) return next.value;
    const events: StampedEvent[] = [];
    let damagedLines = 0;
    for (const { line } of linesOf(next.value.bytes)) {
      const event = decodeJournalLine(line);
      if (event === undefined) damagedLines++;
      else events.push(event);
    }
    yield { events, damagedLines };
  }
}
