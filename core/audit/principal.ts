// Whose log it is: SEP-3004's `principal_id`.
import { userInfo } from 'node:os';

/**
 * `user:<name>` of the person who runs the host, or `uid:<number>` where the system knows no name. Plain on purpose: the log
 * belongs to one person, and a digest of so guessable a name would hide it from readers only.
 */
export function localPrincipal(): string {
  try {
    return `user:${userInfo().username}`;
  } catch {
    return `uid:${process.getuid?.() ?? 'unknown'}`;
  }
}
