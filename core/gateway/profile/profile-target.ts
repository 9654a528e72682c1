// How a profile is named where a server's name may stand, and its members' sessions are told from clients' own.
import type { SessionOptions } from '../session.ts';

const PREFIX = 'profile:';

/** What makes the session of one member. */
export type MemberAbout = Pick<SessionOptions, 'id' | 'server' | 'caller' | 'connect'>;

/** `profile:NAME`, which no server is called. */
export function profileTarget(name: string): string {
  return `${PREFIX}${name}`;
}

/** The profile's name when `target` stands for one. */
export function profileNameOf(target: string): string | undefined {
  return target.startsWith(PREFIX) ? target.slice(PREFIX.length) : undefined;
}

/** Id of the session that a profile's session has with one of its servers. */
export function memberSessionId(id: string, server: string): string {
  return `${id}.${encodeURIComponent(server)}`;
}
