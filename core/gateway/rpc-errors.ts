// Portolan's own failures as JSON-RPC errors. The numbers reach clients and scripts: never renumber one.
// They lie outside -32768..-32000, so that they cannot be taken for an error of the server or of JSON-RPC itself.
import { type ErrorCode, PortolanError } from '../../shared/errors.ts';
import { errorFrame, type Frame } from '../connections/frame.ts';

/** JSON-RPC 2.0 section 5.1: not one valid message. */
const INVALID_REQUEST = -32_600;

/** JSON-RPC 2.0 section 5.1: a method that this side does not have. */
export const METHOD_NOT_FOUND = -32_601;

/** Any code without a number of its own. */
const OTHER = -33_000;

const NUMBERS: { readonly [Code in ErrorCode]?: number } = {
  OUTCOME_UNKNOWN: -33_001,
  REQUEST_TIMEOUT: -33_002,
  AUDIT_NOT_WRITABLE: -33_003,
  SERVER_NOT_FOUND: -33_004,
  SERVER_DISABLED: -33_005,
  SERVER_BUSY: -33_006,
  SERVER_EXITED: -33_007,
  SERVER_START_TIMEOUT: -33_008,
  SERVER_CRASH_LOOP: -33_009,
  SPAWN_NOT_FOUND: -33_010,
  SPAWN_NOT_EXECUTABLE: -33_011,
  SPAWN_BAD_CWD: -33_012,
  SPAWN_WRONG_FORMAT: -33_013,
  SPAWN_NO_RESOURCES: -33_014,
  CONNECT_REFUSED: -33_015,
  CONNECT_TIMEOUT: -33_016,
  HTTP_STATUS: -33_017,
  HTTP_UNEXPECTED_CONTENT: -33_018,
  SESSION_LOST: -33_019,
  PROTOCOL_ERROR: -33_020,
  FRAME_TOO_LARGE: -33_021,
  NEEDS_SIGN_IN: -33_022,
  UNAUTHENTICATED: -33_023,
  POLICY_DENIED: -33_024,
  REFERENCE_UNRESOLVED: -33_025,
  SECRET_NOT_FOUND: -33_026,
  KEYCHAIN_LOCKED: -33_027,
  KEYCHAIN_MISSING: -33_028,
  KEYCHAIN_NO_BUS: -33_029,
  KEYCHAIN_FAILED: -33_030,
  HOST_DRAINING: -33_031,
  URL_REFUSED: -33_032,
  RESOURCE_EXHAUSTED: -33_033,
  FORBIDDEN: -33_034,
  CONNECTION_LOST: -33_035,
  SERVER_CHANGED: -33_036,
  CIRCUIT_OPEN: -33_037,
  ADDRESS_BLOCKED: -33_038,
  CLOCK_WRONG: -33_039,
  IDP_REFUSED: -33_040,
  ISSUER_MISMATCH: -33_041,
  KEYCHAIN_CHANGED: -33_042,
  METADATA_INVALID: -33_043,
  METADATA_NOT_FOUND: -33_044,
  PKCE_UNSUPPORTED: -33_045,
  REGISTRATION_NEEDED: -33_046,
  REGISTRATION_REFUSED: -33_047,
  RESOURCE_MISMATCH: -33_048,
  SCOPE_REFUSED: -33_049,
  SIGN_IN_REFUSED: -33_050,
  TOKEN_INVALID: -33_051,
  TOKEN_REFUSED: -33_052,
  INPUT_NEEDED: -33_053,
  TASK_INVALID: -33_054,
  TASK_NOT_KEPT: -33_055,
};

/** The JSON-RPC error number of a code; -33000 for those that have none. */
export function rpcCodeOf(code: ErrorCode): number {
  return NUMBERS[code] ?? OTHER;
}

/**
 * The error answer to a request. `id` is the source text of its id, null when it is not known.
 * `data.retryAfterMs`: milliseconds after which it makes sense to try again, where that is known.
 * A refused frame (FRAME_INVALID) keeps the standard number that the parser chose (-32700 or -32600).
 */
export function rpcErrorFrame(id: string | null, error: PortolanError): Frame {
  const standard = error.code === 'FRAME_INVALID' ? error.data['rpcCode'] : undefined;
  const number = typeof standard === 'number' ? standard : rpcCodeOf(error.code);
  const { code, hint } = error;
  const { retryAfterMs } = error.data;
  const wait = typeof retryAfterMs === 'number' ? { retryAfterMs } : {};
  return errorFrame(id, number, `${code}: ${error.message}`, { code, hint, ...wait });
}

/** A message that breaks JSON-RPC or MCP although each frame by itself is well formed; answered with -32600. */
export function invalidRequest(message: string): PortolanError {
  return new PortolanError('FRAME_INVALID', message, { data: { rpcCode: INVALID_REQUEST } });
}
