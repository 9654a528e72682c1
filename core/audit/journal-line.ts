// One line of the journal: CRC-32 of the text, a space, the stamped event as JSON. The checksum tells a torn or damaged
// line from a whole one; it is no protection against a forger, which the journal, alive for moments, does not need.
import { crc32 } from 'node:zlib';
import type { StampedEvent } from './record.ts';

const HEAD = 9;

/** The line with its line feed. */
export function journalLine(stamped: StampedEvent): string {
  const text = JSON.stringify(stamped);
  return `${crc32(text).toString(16).padStart(8, '0')} ${text}\n`;
}

/** The event of a line without its line feed; undefined when the line is damaged. */
export function decodeJournalLine(line: Buffer): StampedEvent | undefined {
  const text = line.subarray(HEAD);
  const sum = line.toString('latin1', 0, HEAD);
  if (sum !== `${crc32(text).toString(16).padStart(8, '0')} `) return undefined;
  try {
    const value: unknown = JSON.parse(text.toString());
    return isStamped(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Run and number of an event id `<run>-<number>`; numbers of a run grow by one from 1 in the order of appending. */
export function splitEventId(id: string): { run: string; number: number } {
  const dash = id.lastIndexOf('-');
  return { run: id.slice(0, dash), number: Number(id.slice(dash + 1)) };
}

function isStamped(value: unknown): value is StampedEvent {
  if (typeof value !== 'object' || value === null) return false;
  const { id, at, mono, event } = value as Readonly<Record<string, unknown>>;
  return typeof id === 'string' && typeof at === 'number' && typeof mono === 'number' && typeof event === 'object';
}
