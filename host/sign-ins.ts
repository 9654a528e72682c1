// What the procedures on signing in are answered with: servers and identities in one list, each sign-in begun once.
import { PortolanError } from '../shared/errors.ts';
import type { SignIn } from '../shared/model/identity.ts';
import type { ServerSignIns } from '../core/oauth/server-sign-ins.ts';
import type { SignInsPort } from './sign-in-ports.ts';

/** `askedAgain`: a person wants a server tried that an identity provider may have refused before. */
export function createSignIns(
  servers: ServerSignIns,
  { askedAgain }: { askedAgain: (server: string) => Promise<void> },
): SignInsPort {
  const { desk } = servers;
  const startServer: typeof servers.start = async (name, options) => {
    await askedAgain(name);
    return servers.start(name, options);
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
