// How a server is signed in to while a person edits it, and its way to and from the catalog's block. Pure.
import type { ServerAuth } from '../../../shared/model/server-auth.ts';

export interface AuthDraft {
  readonly way: ServerAuth['way'];
  /** Empty: the only one there is. */
  readonly identity: string;
  readonly issuer: string;
  readonly clientId: string;
  /** Typed now; empty keeps what is there. */
  readonly clientSecret: string;
  /** Separated by spaces. */
  readonly scopes: string;
  readonly redirectPort: number | undefined;
}

/** The choices that a form offers; a block with another way keeps it. */
export const AUTH_WAYS = [
  { value: 'auto', label: 'When the server asks' },
  { value: 'browser', label: 'Sign-in in the browser' },
  { value: 'device', label: 'Code on another device' },
  { value: 'enterprise', label: 'Through an identity only' },
  { value: 'client-credentials', label: 'As this computer, without a person' },
  { value: 'workload', label: 'As this workload, without a person' },
  { value: 'none', label: 'Never' },
] as const;

const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

export function authDraftOf(auth: ServerAuth | undefined): AuthDraft {
  return {
    way: auth?.way ?? 'auto',
    identity: auth?.identity ?? '',
    issuer: auth?.issuer ?? '',
    clientId: auth?.clientId ?? '',
    clientSecret: '',
    scopes: auth?.scopes?.join(' ') ?? '',
    redirectPort: auth?.redirectPort,
  };
}

export type AuthProblems = Partial<Record<'issuer' | 'clientSecret' | 'scopes', string>>;

export function authProblems(draft: AuthDraft): AuthProblems {
  const problems: AuthProblems = {};
  const issuer = draft.issuer.trim();
  if (issuer !== '' && !URL.canParse(issuer)) problems.issuer = 'Give a whole address, or leave it empty.';
  if (draft.clientSecret !== '' && draft.clientId.trim() === '')
    problems.clientSecret = 'A client secret belongs to a client id.';
  const wrong = scopesOf(draft.scopes).find((scope) => !SCOPE.test(scope));
  if (wrong !== undefined) problems.scopes = `${wrong} is no right: use plain characters without quotes.`;
  return problems;
}

/**
 * The block to save with the secrets that belong into the keychain; undefined when nothing differs from a server without
 * such a block. What the form does not show stays as it is.
 */
export function readyAuth(
  server: string,
  draft: AuthDraft,
  held: ServerAuth | undefined,
): { readonly auth: ServerAuth | undefined; readonly secrets: Readonly<Record<string, string>> } {
  const { identity: _i, issuer: _u, clientId: _c, scopes: _s, redirectPort: _r, ...kept } = held ?? { way: 'auto' };
  const name = secretNameIn(held?.clientSecret) ?? `${server}-client-secret`;
  const scopes = scopesOf(draft.scopes);
  const auth: ServerAuth = {
    ...kept,
    way: draft.way,
    ...(draft.identity === '' ? {} : { identity: draft.identity }),
    ...(draft.issuer.trim() === '' ? {} : { issuer: draft.issuer.trim() }),
    ...(draft.clientId.trim() === '' ? {} : { clientId: draft.clientId.trim() }),
    ...(scopes.length === 0 ? {} : { scopes }),
    ...(draft.redirectPort === undefined ? {} : { redirectPort: draft.redirectPort }),
    ...(draft.clientSecret === '' ? {} : { clientSecret: `\${secret:${name}}` }),
  };
  const isPlain = held === undefined && auth.way === 'auto' && Object.keys(auth).length === 1;
  return {
    auth: isPlain ? undefined : auth,
    secrets: draft.clientSecret === '' ? {} : { [name]: draft.clientSecret },
  };
}

/** The keychain name in a reference such as `${secret:NAME}`. */
export function secretNameIn(reference: string | undefined): string | undefined {
  return /^\$\{secret:(.+)\}$/.exec(reference ?? '')?.[1];
}

function scopesOf(text: string): string[] {
  return text.split(/\s+/).filter(Boolean);
}
