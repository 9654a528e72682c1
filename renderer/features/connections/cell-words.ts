// What one cell of the matrix says: a mark, words for the eye, and one sentence for a screen reader. Pure.
import type { ConnectionCell } from '../../../shared/model/connection.ts';
import type { ServerStatus } from '../../../shared/model/server-status.ts';
import { took } from '../../words/numbers.ts';
import type { MarkKind } from '../../words/states.ts';
import { ago } from '../../words/time.ts';

/** Milliseconds from which a median is called slow. */
export const SLOW_MS = 1500;

export interface CellWords {
  /** Undefined for a pair that never met. */
  readonly mark: MarkKind | undefined;
  /** Left out in narrow windows, where the mark says it. */
  readonly lead: string;
  readonly text: string;
  readonly spoken: string;
}

export function cellWords(
  cell: ConnectionCell | undefined,
  status: Pick<ServerStatus, 'state'> | undefined,
  now: number,
): CellWords {
  if (cell === undefined || cell.state === 'never')
    return { mark: undefined, lead: '', text: 'Not used', spoken: 'not used' };
  if (cell.state === 'used') {
    const last = cell.lastUseAt === undefined ? 'earlier' : ago(cell.lastUseAt, now);
    return { mark: 'idle', lead: '', text: last, spoken: `last used ${last}` };
  }
  if (status?.state === 'needs-sign-in')
    return { mark: 'sign-in', lead: '', text: 'Sign in', spoken: 'waits for a sign-in' };
  if (status?.state === 'failed') return { mark: 'failed', lead: '', text: 'Failed', spoken: 'the server failed' };
  const slow = cell.medianMs !== undefined && cell.medianMs >= SLOW_MS;
  const mark = slow || status?.state === 'degraded' ? 'degraded' : 'ready';
  if (cell.medianMs === undefined) return { mark, lead: '', text: 'Live', spoken: 'live' };
  return {
    mark,
    lead: 'Live · ',
    text: took(cell.medianMs),
    spoken: `live, ${spokenMs(cell.medianMs)}${slow ? ', slow' : ''}`,
  };
}

function spokenMs(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} milliseconds` : `${(ms / 1000).toFixed(1)} seconds`;
}

/** Two letters that stand for a client: the first of two words, or the first two of one. */
export function monogramOf(name: string): string {
  const [first = '', second] = name.split(/[\s_-]+/).filter(Boolean);
  const letters = second === undefined ? first.slice(0, 2) : `${first.charAt(0)}${second.charAt(0)}`;
  return second === undefined ? letters : letters.toUpperCase();
}
