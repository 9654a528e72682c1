// Keeps the index in step with the segments. Building anew and following are the same thing: read on from where the index
// stands. An index that does not fit the log is dropped and built again.
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { AuditIndex } from './index-db.ts';
import { type IndexRow, indexRow } from './index-row.ts';
import { type AuditLayout, listNumbered, numberedName } from './layout.ts';
import { lineChunks, linesOf } from './line-chunks.ts';
import { parseRecord, splitLine } from './record.ts';
import { readLine } from './segment-line.ts';

export class IndexFollower {
  readonly #path: string;
  readonly #layout: AuditLayout;
  #index: AuditIndex;

  constructor(path: string, layout: AuditLayout) {
    this.#path = path;
    this.#layout = layout;
    this.#index = AuditIndex.open(path);
    if (!this.#fits()) this.rebuild();
  }

  get index(): AuditIndex {
    return this.#index;
  }

  /** Empties the index; the next `catchUp` fills it. */
  rebuild(): void {
    this.#index.close();
    AuditIndex.remove(this.#path);
    this.#index = AuditIndex.open(this.#path);
  }

  /** Takes in every whole line that the segments have and the index has not. */
  catchUp(): void {
    const { file: from, offset } = this.#index.position();
    for (const file of listNumbered(this.#layout.segments)) {
      if (file >= from) this.#readFile(file, file === from ? offset : 0);
    }
  }

  #readFile(file: number, from: number): void {
    for (const chunk of lineChunks(this.#segmentPath(file), from)) {
      const rows: IndexRow[] = [];
      for (const { line, at } of linesOf(chunk.bytes)) {
        const split = splitLine(line);
        const record = split === undefined ? undefined : parseRecord(split.preimage);
        // What cannot be read is for `verify` to name; the index goes on with the next line.
        if (record !== undefined) rows.push(indexRow(record, { file, offset: chunk.offset + at, length: line.length }));
      }
      this.#index.add(rows, { file, offset: chunk.offset + chunk.bytes.length + 1 });
    }
  }

  #fits(): boolean {
    const { file, offset } = this.#index.position();
    const last = this.#index.last();
    if (last === undefined) return offset === 0;
    // The newest row must be the line that the position follows; otherwise rows have been taken away.
    if (last.file !== file || last.offset + last.length + 1 !== offset) return false;
    const path = this.#segmentPath(file);
    if (!existsSync(path) || statSync(path).size < offset) return false;
    const split = readLine(this.#layout.segments, last);
    const record = split === undefined ? undefined : parseRecord(split.preimage);
    return record?.event_id === last.id;
  }

  #segmentPath(file: number): string {
    return join(this.#layout.segments, numberedName(file));
  }
}
