// What a person means by a name on the command line: a server, an identity, or one that has to be told apart.
import type { HostClient } from '../host/control-client.ts';
import { PortolanError } from '../shared/errors.ts';
import { nearest } from './nearest.ts';

export type Target = { readonly server: string } | { readonly identity: string };

/** Words for a target, as in `the server tickets`. */
export function targetWords(target: Target): string {
  return 'server' in target ? `the server ${target.server}` : `the identity ${target.identity}`;
}

/**
 * The server or identity named `name`; `options` may hold `server` or `identity` where both bear the name. Throws
 * INPUT_INVALID for a name of both, NOT_FOUND, SERVER_NOT_FOUND and IDENTITY_NOT_FOUND with the nearest name there is.
 */
export async function targetOf(
  client: Pick<HostClient, 'catalog' | 'identities'>,
  name: string,
  options: Readonly<Record<string, unknown>>,
): Promise<Target> {
  const [{ servers }, identities] = await Promise.all([client.catalog.list(), client.identities.list()]);
  const asServer = options['server'] === true;
  const asIdentity = options['identity'] === true;
  if (asServer && asIdentity)
    throw new PortolanError('INPUT_INVALID', '--server and --identity exclude each other', {
      hint: 'Give one of them.',
    });
  const isServer = !asIdentity && servers.some((entry) => entry.name === name);
  const isIdentity = !asServer && identities.some((identity) => identity.name === name);
  if (isServer && isIdentity)
    throw new PortolanError('INPUT_INVALID', `${name} is a server and an identity`, {
      hint: `Add --server or --identity to say which ${name} is meant.`,
    });
  if (isServer) return { server: name };
  if (isIdentity) return { identity: name };
  const known = [...(asIdentity ? [] : servers), ...(asServer ? [] : identities)].map((one) => one.name);
  const what = asServer ? 'server' : asIdentity ? 'identity' : 'server or identity';
  const [guess] = nearest(name, known);
  throw new PortolanError(
    asServer ? 'SERVER_NOT_FOUND' : asIdentity ? 'IDENTITY_NOT_FOUND' : 'NOT_FOUND',
    `there is no ${what} named ${JSON.stringify(name)}`,
    { hint: guess ? `Did you mean ${guess}?` : 'See the names with "portolan list" and "portolan identities".' },
  );
}
