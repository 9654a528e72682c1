// Looks at processes of the system the way a person would: by their marker, not through the code under test.
import { readdirSync, readFileSync } from 'node:fs';

/** True unless the process is gone or a zombie. */
export function lives(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** Living processes whose command line holds `text`. */
export function processesWith(text: string): number[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const isOne = readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(text) && lives(Number(name));
      return isOne ? [Number(name)] : [];
    } catch {
      return [];
    }
  });
}
