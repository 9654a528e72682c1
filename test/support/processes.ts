// Looks at processes of the system, not through the code under test.
import { readFileSync } from 'node:fs';

/** True unless the process is gone or a zombie. */
export function lives(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
