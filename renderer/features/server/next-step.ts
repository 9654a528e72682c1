// The one button that leads on from a failed check or start, by its code. Pure.

const EDIT = new Set([
  'CATALOG_INVALID',
  'CONNECT_REFUSED',
  'CONNECT_TIMEOUT',
  'HTTP_UNEXPECTED_CONTENT',
  'REFERENCE_UNRESOLVED',
  'SPAWN_BAD_CWD',
  'SPAWN_NOT_EXECUTABLE',
  'SPAWN_NOT_FOUND',
  'SPAWN_WRONG_FORMAT',
  'URL_REFUSED',
]);
const KEYCHAIN = new Set([
  'KEYCHAIN_FAILED',
  'KEYCHAIN_LOCKED',
  'KEYCHAIN_MISSING',
  'KEYCHAIN_NO_BUS',
  'SECRET_NOT_FOUND',
]);

const SIGN_IN = new Set([
  'IDP_REFUSED',
  'ISSUER_MISMATCH',
  'NEEDS_SIGN_IN',
  'REGISTRATION_NEEDED',
  'REGISTRATION_REFUSED',
  'RESOURCE_MISMATCH',
  'SCOPE_REFUSED',
  'SIGN_IN_CANCELLED',
  'SIGN_IN_EXPIRED',
  'SIGN_IN_REFUSED',
  'STATE_MISMATCH',
  'TOKEN_INVALID',
  'TOKEN_REFUSED',
]);

/** Where to go for a fault of `server`: its editor, its sign-in, the keychain, its configuration, or its log. */
export function nextStepOf(server: string, code: string): { readonly label: string; readonly to: string } {
  const page = `/servers/${encodeURIComponent(server)}`;
  if (code === 'SERVER_NOT_FOUND') return { label: 'Show servers', to: '/servers' };
  if (code === 'SERVER_DISABLED') return { label: 'Open configuration', to: `${page}/configuration` };
  if (EDIT.has(code)) return { label: 'Edit server', to: `${page}/edit` };
  if (SIGN_IN.has(code)) return { label: 'Open sign-in', to: `${page}/sign-in` };
  if (code === 'INPUT_NEEDED') return { label: 'Fill in', to: '/settings/inputs' };
  if (KEYCHAIN.has(code)) return { label: 'Open keychain', to: '/settings' };
  return { label: 'Show log', to: `${page}/logs` };
}
