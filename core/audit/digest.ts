// SHA-256 in the two spellings that the audit log uses.
import { hash } from 'node:crypto';

/** `sha256:<64 hex>` of the exact bytes (a string counts as UTF-8). For arguments and results that are not stored. */
export function digest(bytes: Buffer | string): string {
  return `sha256:${sha256Hex(bytes)}`;
}

/** 64 lower-case hex digits. */
export function sha256Hex(bytes: Buffer | string): string {
  return hash('sha256', bytes, 'hex');
}
