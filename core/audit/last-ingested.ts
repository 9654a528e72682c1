// Which events of a journal are already in the segments. Events of a run are numbered and ingested in order, so the last
// number found in the segments answers for all before it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { listNumbered, numberedName } from './layout.ts';

const MARGIN_BYTES = 1_048_576;
const RECORD_PER_JOURNAL_BYTE = 8;

/**
 * The highest number of `run` in the segments; 0 when there is none. A journal is deleted as soon as its events are durable,
 * so the search goes back only as far as the records of `journalBytes` of journal can reach.
 */
export function lastIngested(segmentsDir: string, run: string, journalBytes: number): number {
  // Quotes inside a value are escaped, so these bytes can only be the key itself.
  const needle = Buffer.from(`"event_id":"${run}-`);
  let left = journalBytes * RECORD_PER_JOURNAL_BYTE + MARGIN_BYTES;
  for (const file of listNumbered(segmentsDir).toReversed()) {
    const bytes = readFileSync(join(segmentsDir, numberedName(file)));
    for (let at = bytes.lastIndexOf(needle); at >= 0; at = at === 0 ? -1 : bytes.lastIndexOf(needle, at - 1)) {
      const from = at + needle.length;
      const number = /^(\d{1,15})"/.exec(bytes.toString('latin1', from, from + 17))?.[1];
      if (number !== undefined) return Number(number);
    }
    left -= bytes.length;
    if (left <= 0) break;
  }
  return 0;
}
