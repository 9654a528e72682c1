// Which HTTP status goes with which code. People and programs read the code; the status is for logs and proxies.
import type { ErrorCode } from './errors.ts';

const STATUS: Partial<Record<ErrorCode, number>> = {
  APPROVAL_NEEDED: 403,
  CLIENT_UNKNOWN: 404,
  DUPLICATE_NAME: 409,
  FILE_CHANGED: 409,
  FORBIDDEN: 403,
  HOST_BUSY: 503,
  HOST_DRAINING: 503,
  INPUT_INVALID: 400,
  INTERNAL: 500,
  NAME_INVALID: 400,
  NOT_FOUND: 404,
  NOTHING_TO_UNDO: 409,
  POLICY_DENIED: 403,
  SECRET_NOT_FOUND: 404,
  SERVER_BUSY: 503,
  SERVER_DISABLED: 409,
  PROFILE_NOT_FOUND: 404,
  SERVER_NOT_FOUND: 404,
  TOOL_NOT_FOUND: 404,
  UNAUTHENTICATED: 401,
};

/** The HTTP status for `code`: 422 for an expected failure that has no better one. */
export function httpStatusOf(code: ErrorCode): number {
  return STATUS[code] ?? 422;
}
