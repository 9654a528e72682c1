// Which rights to ask for. Sets of scopes are lists without repetition, in the order in which they were met.
import type { AuthorizationServer } from 'oauth4webapi';

/** Asks for a refresh token at servers that want it asked for. (OpenID Connect Core, 11) */
const OFFLINE = 'offline_access';
/** One scope. (RFC 6749, 3.3) */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/** What is known about the rights that a sign-in may ask for. */
export interface ScopeSources {
  /** Of the catalog entry: what a person chose goes before everything else. */
  readonly configured?: readonly string[] | undefined;
  /** `scope` of the challenge that the server answered with. */
  readonly challenge?: string | undefined;
  /** `scopes_supported` of the protected resource. */
  readonly supported?: readonly string[] | undefined;
}

/** The scopes of a list that is separated by spaces; what is no scope is left out. */
export function scopesOf(text: string | undefined): string[] {
  return unionScopes((text ?? '').split(/\s+/));
}

/** The scopes of all lists; what is no scope is left out. */
export function unionScopes(...lists: readonly (readonly string[])[]): string[] {
  return [...new Set(lists.flat())].filter((scope) => SCOPE.test(scope));
}

/**
 * What to ask for at the first sign-in: what was configured, else what the challenge names, else all that the resource
 * supports, else nothing, so that the server decides. Nothing is concluded from one list about the other.
 * (MCP 2026-07-28, Scope Selection Strategy)
 */
export function firstScopes(sources: ScopeSources, as: AuthorizationServer): string[] {
  const { configured, challenge, supported } = sources;
  if (configured !== undefined && configured.length > 0) return unionScopes(configured);
  const challenged = scopesOf(challenge);
  return withOffline(challenged.length > 0 ? challenged : unionScopes(supported ?? []), as);
}

/** What to ask for when a tool needs more: all that was asked for before, and what the challenge names. (MCP, Step-Up) */
export function stepUpScopes(
  before: readonly string[],
  challenge: string | undefined,
  as: AuthorizationServer,
): string[] {
  return unionScopes(before, withOffline(scopesOf(challenge), as));
}

/**
 * `scopes` with `offline_access` exactly when the authorization server lists it: a resource does not decide that. Never alone,
 * where it would stand for what the server grants when nothing is asked for.
 */
function withOffline(scopes: readonly string[], as: AuthorizationServer): string[] {
  const others = scopes.filter((scope) => scope !== OFFLINE);
  return others.length > 0 && offersOffline(as) ? [...others, OFFLINE] : others;
}

function offersOffline(as: AuthorizationServer): boolean {
  const grants = as.grant_types_supported;
  return (
    listOf(as.scopes_supported).includes(OFFLINE) && (grants === undefined || listOf(grants).includes('refresh_token'))
  );
}

/** Metadata is written by strangers. */
function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
