// The closed set of error codes and the one error class that crosses Portolan's boundaries.
// People and programs match on the code; the message says the cause and the hint says what to do next.

/** Every code that Portolan reports. Codes reach disk, scripts and other programs: never rename one. */
export const ERROR_CODES = [
  'ADDRESS_BLOCKED',
  'ADDRESS_DOUBTFUL',
  'ADDRESS_IN_USE',
  'APPROVAL_NEEDED',
  'AUDIT_BROKEN',
  'AUDIT_NOT_WRITABLE',
  'BUNDLE_REFUSED',
  'CATALOG_INVALID',
  'CATALOG_NEWER',
  'CATALOG_NOT_WRITABLE',
  'CERTIFICATE_EXPIRED',
  'CERTIFICATE_UNTRUSTED',
  'CERTIFICATE_WRONG_NAME',
  'CIRCUIT_OPEN',
  'CLIENT_ENTRY_STALE',
  'CLIENT_RUNNING',
  'CLIENT_UNKNOWN',
  'CLOCK_WRONG',
  'CONNECTION_LOST',
  'CONNECT_REFUSED',
  'CONNECT_TIMEOUT',
  'DATA_DIR_UNSAFE',
  'DATA_DIR_UNUSABLE',
  'DNS_FAILED',
  'DUPLICATE_NAME',
  'EXPORT_REFUSED',
  'FILE_CHANGED',
  'FILE_NOT_READABLE',
  'FILE_NOT_WRITABLE',
  'FORBIDDEN',
  'FRAME_INVALID',
  'FRAME_TOO_LARGE',
  'HASH_MISMATCH',
  'HOST_BUSY',
  'HOST_DRAINING',
  'HOST_UNREACHABLE',
  'HTTP_STATUS',
  'HTTP_UNEXPECTED_CONTENT',
  'IDENTITY_NOT_FOUND',
  'IDP_REFUSED',
  'INPUT_INVALID',
  'INPUT_NEEDED',
  'INTERNAL',
  'ISSUER_MISMATCH',
  'KEYCHAIN_CHANGED',
  'KEYCHAIN_FAILED',
  'KEYCHAIN_LOCKED',
  'KEYCHAIN_MISSING',
  'KEYCHAIN_NO_BUS',
  'LINK_REFUSED',
  'LOCK_UNSUPPORTED',
  'METADATA_INVALID',
  'METADATA_NOT_FOUND',
  'NAME_INVALID',
  'NEEDS_SIGN_IN',
  'NOTHING_TO_UNDO',
  'NOT_FOUND',
  'OUTCOME_UNKNOWN',
  'PARSE_ERROR',
  'PASSPHRASE_WRONG',
  'PKCE_UNSUPPORTED',
  'POLICY_DENIED',
  'PROFILE_NOT_FOUND',
  'PROTOCOL_ERROR',
  'PROXY_NOT_USED',
  'REFERENCE_UNRESOLVED',
  'REGISTRATION_NEEDED',
  'REGISTRATION_REFUSED',
  'REQUEST_TIMEOUT',
  'RESOURCE_EXHAUSTED',
  'RESOURCE_MISMATCH',
  'SCOPE_REFUSED',
  'SECRET_NOT_FOUND',
  'SERVER_BUSY',
  'SERVER_CHANGED',
  'SERVER_CRASH_LOOP',
  'SERVER_DISABLED',
  'SERVER_EXITED',
  'SERVER_NOT_FOUND',
  'SERVER_START_TIMEOUT',
  'SESSION_LOST',
  'SIGN_IN_CANCELLED',
  'SIGN_IN_EXPIRED',
  'SIGN_IN_REFUSED',
  'SPAWN_BAD_CWD',
  'SPAWN_NOT_EXECUTABLE',
  'SPAWN_NOT_FOUND',
  'SPAWN_NO_RESOURCES',
  'SPAWN_WRONG_FORMAT',
  'STATE_MISMATCH',
  'STATE_NEWER',
  'STDOUT_NOISE',
  'TASK_ENDED',
  'NOTICES_UNAVAILABLE',
  'TASK_INVALID',
  'TASK_NOT_FOUND',
  'TASK_NOT_KEPT',
  'TASK_REFUSED',
  'TASK_RESULT_LOST',
  'TOKEN_INVALID',
  'TOKEN_REFUSED',
  'TOOL_NOT_FOUND',
  'UNAUTHENTICATED',
  'UNSUPPORTED',
  'URL_REFUSED',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** Facts about an error that a program may read: names, numbers, positions; never a secret or a payload. */
export type ErrorData = Readonly<Record<string, string | number | boolean | null>>;

/** An expected failure: a stable code, one plain sentence of cause, and optionally the next step. */
export class PortolanError extends Error {
  override readonly name = 'PortolanError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly data: ErrorData;

  constructor(code: ErrorCode, message: string, options: { hint?: string; data?: ErrorData; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.data = options.data ?? {};
  }
}

/** True when `value` is one of the stable codes. */
export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && (ERROR_CODES as readonly string[]).includes(value);
}

/** Any thrown value as a PortolanError; what is not one already becomes INTERNAL with the original as its cause. */
export function toPortolanError(error: unknown): PortolanError {
  if (error instanceof PortolanError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new PortolanError('INTERNAL', message, { cause: error });
}

/** Exit codes of the command line: 0 done, 1 failed, 2 wrong usage, 3 needs sign-in, 4 policy, 5 host, 6 integrity. */
export function exitCodeOf(code: ErrorCode): 1 | 2 | 3 | 4 | 5 | 6 {
  switch (code) {
    case 'INPUT_INVALID':
    case 'NAME_INVALID':
      return 2;
    case 'NEEDS_SIGN_IN':
    case 'SCOPE_REFUSED':
    case 'SIGN_IN_CANCELLED':
    case 'SIGN_IN_EXPIRED':
    case 'SIGN_IN_REFUSED':
      return 3;
    case 'APPROVAL_NEEDED':
    case 'IDP_REFUSED':
    case 'POLICY_DENIED':
      return 4;
    case 'HOST_UNREACHABLE':
    case 'HOST_BUSY':
    case 'HOST_DRAINING':
      return 5;
    case 'AUDIT_BROKEN':
      return 6;
    default:
      return 1;
  }
}
