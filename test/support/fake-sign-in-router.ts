// The fake host's procedures on signing in and on identities, over the little parts.
import type { implement } from '@orpc/server';
import type { contract } from '../../shared/contract/index.ts';
import { PortolanError } from '../../shared/errors.ts';
import { fail } from './fake-fail.ts';
import type { FakeWorld } from './fake-world.ts';

export function signInHandlers(os: ReturnType<typeof implement<typeof contract>>, { signIns }: FakeWorld) {
  const { identities } = signIns;
  return {
    signIns: {
      list: os.signIns.list.handler(() => signIns.list()),
      start: os.signIns.start.handler(({ input }) => told(() => signIns.start(input))),
      follow: os.signIns.follow.handler(async function* ({ input, signal }) {
        yield* signIns.follow(input.id, signal);
      }),
      cancel: os.signIns.cancel.handler(({ input }) =>
        told(async () => {
          signIns.cancel(input.id);
          return {};
        }),
      ),
      servers: os.signIns.servers.handler(() => signIns.servers()),
      server: os.signIns.server.handler(({ input }) => told(async () => signIns.server(input.name))),
      signOut: os.signIns.signOut.handler(({ input }) => told(() => signIns.signOut(input.name))),
    },
    identities: {
      list: os.identities.list.handler(() => identities.list()),
      add: os.identities.add.handler(({ input }) => told(() => identities.add(input))),
      update: os.identities.update.handler(({ input }) =>
        told(() => identities.update(input.name, input.identity, input.clientSecretValue)),
      ),
      remove: os.identities.remove.handler(({ input }) => told(async () => (await identities.remove(input.name), {}))),
      signOut: os.identities.signOut.handler(({ input }) => told(() => identities.signOut(input.name))),
      takeIdToken: os.identities.takeIdToken.handler(({ input }) =>
        told(() => identities.takeIdToken(input.name, input.idToken)),
      ),
    },
  };
}

/** Refusals as the real host sends them. */
async function told<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw error instanceof PortolanError ? fail(error.code, error.message, error.hint) : error;
  }
}
