// Compares the index with the log, record by record, while the log is being verified.
import type { Fault } from './chain-check.ts';
import type { AuditIndex, IndexPosition } from './index-db.ts';
import { type IndexRow, type LinePlace, ROW_COLUMNS, indexRow } from './index-row.ts';
import type { AuditRecord } from './record.ts';

const PAGE = 1000;
const FILE = 'audit-index.db';

/** One pass. `index` is asked for anew with every page: it may be rebuilt in between. */
export class IndexCompare {
  readonly #index: () => AuditIndex;
  readonly #until: IndexPosition;
  #page: readonly IndexRow[] = [];
  #at = 0;
  #last = 0;

  /** `index` must have caught up; records written after that are not compared. */
  constructor(index: () => AuditIndex) {
    this.#index = index;
    this.#until = index().position();
  }

  check(record: AuditRecord, place: LinePlace): Fault | undefined {
    if (!this.#covers(place)) return undefined;
    const expected = indexRow(record, place);
    const row = this.#next();
    if (row !== undefined && ROW_COLUMNS.every((column) => row[column] === expected[column])) return undefined;
    return indexFault(expected.seq, expected.id, `The index shows record ${expected.seq} otherwise than the log.`);
  }

  /** After the last record: the index must have nothing more. */
  end(): Fault | undefined {
    const row = this.#next();
    if (row === undefined || !this.#covers(row)) return undefined;
    return indexFault(row.seq, row.id, `The index shows a record ${row.seq} that the log does not have.`);
  }

  #covers({ file, offset }: LinePlace): boolean {
    return file < this.#until.file || (file === this.#until.file && offset < this.#until.offset);
  }

  #next(): IndexRow | undefined {
    if (this.#at === this.#page.length) {
      this.#page = this.#index().page(this.#last, PAGE);
      this.#at = 0;
    }
    const row = this.#page[this.#at++];
    if (row !== undefined) this.#last = row.seq;
    return row;
  }
}

/** A fault of the index alone: the log itself is sound. */
export function indexFault(seq: number, id: string | undefined, message: string): Fault {
  return {
    seq,
    ...(id === undefined ? {} : { id }),
    file: FILE,
    kind: 'index',
    message: `${message} The log itself is sound; the index is built anew.`,
  };
}
