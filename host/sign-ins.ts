// What the procedures on signing in are answered with: servers and identities in one list, each sign-in begun once.
import { PortolanError } from '../shared/errors.ts';
import type { SignIn } from '../shared/model/identity.ts';
import type { Identities } from '../core/identity/identities.ts';
import type { ServerSignIns } from '../core/oauth/server-sign-ins.ts';
import type { SignInsPort } from './sign-in-ports.ts';

export function createSignIns(
  servers: ServerSignIns,
  identities: Pick<Identities, 'list' | 'forgetRefusal'>,
): SignInsPort {
  const { desk } = servers;
  /** A person asks: what an identity provider refused before is asked for again. */
  const startServer: ServerSignIns['start'] = async (server, options) => {
    for (const { name, refused } of identities.list())
      if (refused.some((one) => one.server === server)) await identities.forgetRefusal(name, server);
    return servers.start(server, options);
  };
  return {
    list: () => desk.list(),
    async start({ server, identity, id, way, again }): Promise<SignIn> {
      const options = { way, again };
      const target = id === undefined ? undefined : desk.targetOf(id);
      if (target !== undefined && target.kind !== 'identity') return startServer(target.name, options);
      const name = target?.name ?? identity;
      if (name !== undefined) return desk.start({ kind: 'identity', name }, options);
      if (server !== undefined) return startServer(server, options);
      throw new PortolanError('INPUT_INVALID', 'Nothing was named to sign in to.', { hint: 'Name a server.' });
    },
    follow: (id, signal) => desk.follow(id, signal),
    cancel: (id) => desk.cancel(id),
    servers: () => servers.list(),
    server: (name) => servers.status(name),
    async signOut(name) {
      const revoked = await servers.signOut(name);
      return { server: servers.status(name), revoked };
    },
  };
}
