// Reads one line of a segment by its place.
import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { LinePlace } from './index-row.ts';
import { numberedName } from './layout.ts';
import { type ParsedLine, splitLine } from './record.ts';

/** The line at a place; undefined when there is no line of that shape there any more. */
export function readLine(segmentsDir: string, place: LinePlace): ParsedLine | undefined {
  let fd: number;
  try {
    fd = openSync(join(segmentsDir, numberedName(place.file)), 'r');
  } catch {
    return undefined;
  }
  try {
    const bytes = Buffer.alloc(place.length);
    return readSync(fd, bytes, 0, place.length, place.offset) === place.length ? splitLine(bytes) : undefined;
  } finally {
    closeSync(fd);
  }
}
