// A refusal as the host sends it.
import { ORPCError } from '@orpc/server';
import type { ErrorCode } from '../../shared/errors.ts';

export function fail(code: ErrorCode, message: string, hint?: string): ORPCError<ErrorCode, unknown> {
  return new ORPCError(code, { status: 400, message, defined: true, data: hint === undefined ? {} : { hint } });
}
