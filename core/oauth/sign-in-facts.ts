// What a person is shown of a sign-in before going there: whose page it will be, for which server, and for which rights.
import { domainToUnicode } from 'node:url';
import type { Discovery } from './discovery.ts';
import type { SignInFacts } from './sign-in-entry.ts';
import type { AuthTarget } from './sign-in-flows.ts';

/** @param had scopes that were asked for before */
export function factsOf(
  target: AuthTarget,
  discovery: Pick<Discovery, 'issuer' | 'as'>,
  scopes: readonly string[],
  had: readonly string[] = [],
): SignInFacts {
  const page = discovery.as.authorization_endpoint ?? discovery.issuer;
  const url = URL.canParse(page) ? new URL(page) : undefined;
  const shown = url === undefined ? undefined : domainToUnicode(url.hostname);
  return {
    authorizationHost: url?.host,
    ...(shown !== undefined && shown !== url?.hostname && { authorizationHostUnicode: shown }),
    resourceHost: target.url.host,
    scopes,
    newScopes: scopes.filter((scope) => !had.includes(scope)),
  };
}
