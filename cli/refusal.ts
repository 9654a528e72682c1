// What `portolan connect` says when the host refuses the session: the cause on stderr, and the same as a JSON-RPC error for
// the client's first request, so that a person sees it wherever they look.
import { exitCodeOf, isErrorCode } from '../shared/errors.ts';

/** Error number for Portolan's own refusals: outside the range that JSON-RPC and MCP reserve. */
const RPC_REFUSED = -31_000;

/** Reports the refusal in `body` (JSON of code, message and hint) and ends the process with the code's exit status. */
export function reportRefusal(body: Buffer, status: number, firstLine: Buffer | undefined): never {
  const { code, message, hint } = parse(body, status);
  process.stderr.write(`portolan: ${message} (${code})\n${hint ? `  next: ${hint}\n` : ''}`);
  const id = requestId(firstLine);
  if (id !== undefined) {
    const error = { code: RPC_REFUSED, message: `${code}: ${message}`, data: { code, hint } };
    process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, error })}\n`);
  }
  process.exit(isErrorCode(code) ? exitCodeOf(code) : 1);
}

function parse(body: Buffer, status: number): { code: string; message: string; hint: string | undefined } {
  try {
    const value = JSON.parse(body.toString('utf8')) as { code?: unknown; message?: unknown; hint?: unknown };
    return {
      code: typeof value.code === 'string' ? value.code : 'INTERNAL',
      message: typeof value.message === 'string' ? value.message : `the host refused with status ${status}`,
      hint: typeof value.hint === 'string' ? value.hint : undefined,
    };
  } catch {
    return { code: 'INTERNAL', message: `the host refused with status ${status}`, hint: undefined };
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
