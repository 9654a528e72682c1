// Procedures on signing in: what waits for a person, beginning and following a sign-in, how each server is signed in.
import { PortolanError } from '../../shared/errors.ts';
import type { HostParts } from '../parts.ts';
import type { DomainImplementer } from './implementer.ts';

export function signInsApi(
  os: DomainImplementer<'signIns'>,
  { approvals, catalog, signIns }: Pick<HostParts, 'approvals' | 'catalog' | 'signIns'>,
) {
  /** A held server gets no token either: it may be at another address than the person knows. */
  const refuseHeld = (server: string | undefined): void => {
    const entry = server === undefined ? undefined : catalog.get(server);
    const held = entry === undefined ? undefined : approvals.holds(entry);
    if (held !== undefined) throw held;
  };
  return {
    list: os.list.handler(() => signIns.list()),
    start: os.start.handler(({ input }) => {
      assertOneTarget(input);
      refuseHeld(input.server);
      return signIns.start(input);
    }),
    follow: os.follow.handler(async function* ({ input, signal }) {
      yield* signIns.follow(input.id, signal);
    }),
    cancel: os.cancel.handler(({ input }) => {
      signIns.cancel(input.id);
      return {};
    }),
    servers: os.servers.handler(() => signIns.servers()),
    server: os.server.handler(({ input }) => signIns.server(input.name)),
    signOut: os.signOut.handler(({ input }) => signIns.signOut(input.name)),
  };
}

interface Target {
  readonly server?: string | undefined;
  readonly identity?: string | undefined;
  readonly id?: string | undefined;
}

function assertOneTarget({ server, identity, id }: Target): void {
  if ([server, identity, id].filter((name) => name !== undefined).length === 1) return;
  throw new PortolanError('INPUT_INVALID', 'a sign-in is of exactly one server, identity or waiting sign-in', {
    hint: 'Name one of server, identity and id.',
  });
}
