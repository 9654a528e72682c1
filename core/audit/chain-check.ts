// The rule of the log, one line at a time: shape, own hash, canonical form, number, link. Pure; verify.ts feeds it.
import type { AuditVerdict } from '../../shared/model/audit-record.ts';
import { canonicalJson } from './canonical-json.ts';
import { sha256Hex } from './digest.ts';
import { type AuditRecord, parseRecord, seqOf, splitLine } from './record.ts';

export type Fault = NonNullable<AuditVerdict['fault']>;
type FaultKind = Fault['kind'];

export type LineCheck =
  | { readonly state: 'good'; readonly record: AuditRecord }
  | {
      readonly state: 'bad';
      readonly seq: number;
      readonly id?: string;
      readonly kind: FaultKind;
      readonly message: string;
    };

export class ChainCheck {
  #verified = 0;
  #hash: string | null = null;
  #hashBefore: string | null = null;
  #lastId: string | undefined;

  /** Records proven so far, counted from the first; also the number of the last one. */
  get verified(): number {
    return this.#verified;
  }

  /** Hash of the last proven record. */
  get hash(): string | null {
    return this.#hash;
  }

  /**
   * Checks the next line (without line feed). A bad one is not taken in; what it says about the line before (that it was
   * replaced) takes that one back. Implements SEP-3004 section 2.6.
   */
  next(line: Buffer): LineCheck {
    const seq = this.#verified + 1;
    const split = splitLine(line);
    if (split === undefined) {
      return { state: 'bad', seq, kind: 'unreadable', message: `Record ${seq} does not have the form of a record.` };
    }
    const record = parseRecord(split.preimage);
    const id = record === undefined ? {} : { id: record.event_id };
    if (sha256Hex(split.preimage) !== split.hash) {
      return {
        state: 'bad',
        seq,
        ...id,
        kind: 'edited',
        message: `Record ${seq} does not fit its own hash: it was changed.`,
      };
    }
    if (record === undefined) {
      return { state: 'bad', seq, kind: 'unreadable', message: `Record ${seq} is not a record of this format.` };
    }
    if (!isCanonical(record, split.preimage)) {
      return { state: 'bad', seq, ...id, kind: 'edited', message: `Record ${seq} is not in canonical form.` };
    }
    const place = this.#checkPlace(record, split.hash);
    if (place !== undefined) return place;
    this.#verified = seq;
    this.#hashBefore = this.#hash;
    this.#hash = split.hash;
    this.#lastId = record.event_id;
    return { state: 'good', record };
  }

  #checkPlace(record: AuditRecord, hash: string): LineCheck | undefined {
    const expected = this.#verified + 1;
    const seq = seqOf(record);
    const id = record.event_id;
    if (seq === expected && record.previous_hash === this.#hash) return undefined;
    if (seq > expected) {
      const message = `Record ${expected} is missing: record ${seq} stands in its place.`;
      return { state: 'bad', seq: expected, id, kind: 'deleted', message };
    }
    const beforeId = this.#lastId === undefined ? {} : { id: this.#lastId };
    if (seq === expected) {
      if (expected === 1) {
        return { state: 'bad', seq, id, kind: 'edited', message: 'Record 1 names a record before it.' };
      }
      this.#takeBack();
      const message = `Record ${seq - 1} is not the one that record ${seq} was chained to: it was replaced.`;
      return { state: 'bad', seq: seq - 1, ...beforeId, kind: 'edited', message };
    }
    if (seq === this.#verified && record.previous_hash === this.#hashBefore && hash !== this.#hash) {
      this.#takeBack();
      const message = `Two records claim number ${seq}: one of them was put in.`;
      return { state: 'bad', seq, ...beforeId, kind: 'inserted', message };
    }
    const message = `Record ${seq} stands again where record ${expected} belongs.`;
    return { state: 'bad', seq: expected, id, kind: 'inserted', message };
  }

  #takeBack(): void {
    this.#verified--;
    this.#hash = this.#hashBefore;
  }
}

function isCanonical(record: AuditRecord, preimage: Buffer): boolean {
  try {
    return canonicalJson(record) === preimage.toString();
  } catch {
    return false;
  }
}
