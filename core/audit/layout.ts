// Where the parts of an audit folder lie, and their file names.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

export interface AuditLayout {
  readonly segments: string;
  readonly journal: string;
  /** Copies of torn or damaged pieces, kept for a person to look at. */
  readonly damaged: string;
  readonly head: string;
}

export function layoutOf(dir: string): AuditLayout {
  return {
    segments: join(dir, 'segments'),
    journal: join(dir, 'journal'),
    damaged: join(dir, 'damaged'),
    head: join(dir, 'head.json'),
  };
}

/** `00000001.jsonl` for 1. */
export function numberedName(number: number): string {
  return `${String(number).padStart(8, '0')}.jsonl`;
}

/** Numbers of the numbered files of a folder, ascending; other names are passed over. A missing folder is empty. */
export function listNumbered(dir: string): number[] {
  let names: string[];
  try {
    names = readdirSync(dir);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
  return names
    .filter((name) => /^\d{8}\.jsonl$/.test(name))
    .map((name) => Number(name.slice(0, 8)))
    .sort((a, b) => a - b);
}
