// What follows when an identity signs in or out: servers that wait for it go on, and what was got as somebody else goes.
import type { Logger } from '../core/base/logger.ts';
import type { Identities } from '../core/identity/identities.ts';
import type { ServerSignIns } from '../core/oauth/server-sign-ins.ts';
import { toPortolanError } from '../shared/errors.ts';
import type { IdentityStatus } from '../shared/model/identity.ts';
import type { Feed } from './feed.ts';

/** Gives what ends it. */
export function followIdentities(parts: {
  identities: Pick<Identities, 'list' | 'onChange'>;
  servers: Pick<ServerSignIns, 'identityGone' | 'identityReady'>;
  feed: Pick<Feed, 'identities'>;
  logger: Pick<Logger, 'warn'>;
}): () => void {
  const { identities, servers, feed, logger } = parts;
  const people = new Map<string, string>();
  const gone = (name: string): void => {
    servers.identityGone(name).catch((error: unknown) => {
      const { code, message } = toPortolanError(error);
      logger.warn('tokens of an identity could not be removed', { code, reason: message });
    });
  };
  return identities.onChange((status: IdentityStatus) => {
    feed.identities(identities.list());
    const { name, person, state } = status;
    const before = people.get(name);
    const isOut = state === 'signed-out';
    if (isOut) people.delete(name);
    else if (person !== undefined) people.set(name, person.subject);
    // One of whom nothing was heard yet is not signed out by that.
    if (before !== undefined && (isOut || (person !== undefined && before !== person.subject))) gone(name);
    if (state === 'signed-in' || state === 'ends-soon') servers.identityReady(name);
  });
}
