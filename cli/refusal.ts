// What `portolan connect` says when there can be no session: the cause on stderr, and the same as a JSON-RPC error for the
// client's first request, so that a person sees it wherever they look.
import { exitCodeOf, isErrorCode } from '../shared/errors.ts';
import { NEXT_STEPS } from './next-steps.ts';
import { visibleLine } from './visible.ts';

/** Error number for Portolan's own refusals: outside the range that JSON-RPC and MCP reserve. */
const RPC_REFUSED = -31_000;

export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly hint: string | undefined;
}

/** Reports the refusal, to the sender of `firstLine` too when it is a request, and ends the process with its exit status. */
export function reportRefusal(refusal: Refusal, firstLine: Buffer | undefined): void {
  const code = isErrorCode(refusal.code) ? refusal.code : 'INTERNAL';
  const hint = refusal.hint ?? NEXT_STEPS[code];
  const message = visibleLine(refusal.message).replace(/\.$/, '');
  process.stderr.write(`portolan: ${message} (${code})\n  next: ${visibleLine(hint)}\n`);
  const id = requestId(firstLine);
  const error = { code: RPC_REFUSED, message: `${code}: ${refusal.message}`, data: { code, hint } };
  const answer = id === undefined ? '' : `${JSON.stringify({ jsonrpc: '2.0', id, error })}\n`;
  process.stdout.write(answer, () => process.exit(exitCodeOf(code)));
}

/** Reads the host's answer: JSON of code, message and hint, or anything else. */
export function readRefusal(body: Buffer, status: number): Refusal {
  const unknown = { code: 'INTERNAL', message: `the host refused with status ${status}`, hint: undefined };
  try {
    const value = JSON.parse(body.toString('utf8')) as { code?: unknown; message?: unknown; hint?: unknown };
    return {
      code: typeof value.code === 'string' ? value.code : unknown.code,
      message: typeof value.message === 'string' ? value.message : unknown.message,
      hint: typeof value.hint === 'string' ? value.hint : undefined,
    };
  } catch {
    return unknown;
  }
}

function requestId(line: Buffer | undefined): string | number | undefined {
  if (!line) return undefined;
  try {
    const { id } = JSON.parse(line.toString('utf8')) as { id?: unknown };
    return typeof id === 'string' || typeof id === 'number' ? id : undefined;
  } catch {
    return undefined;
  }
}
