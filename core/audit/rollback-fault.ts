// How a verdict says that a log does not hold what was remembered of it elsewhere. Pure.
import type { Fault } from './chain-check.ts';

/** The log ends before the remembered record. */
export function endsBefore(remembered: number, found: number): Fault & { file: string } {
  const message = `The log ends at record ${found}, but the keychain remembers ${remembered} records: it was put back to an earlier state.`;
  return { seq: found + 1, file: 'head.json', kind: 'rolled-back', message };
}

/** The remembered record is another one. */
export function isAnother(seq: number, file = 'head.json'): Fault & { file: string } {
  const message = `Record ${seq} is not the one that the keychain remembers: the log was put back and written on, or written anew.`;
  return { seq, file, kind: 'rolled-back', message };
}
