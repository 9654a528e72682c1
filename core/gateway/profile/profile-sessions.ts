// The sessions of a host's profiles and of their members, and the lists that they share.
import { PortolanError } from '../../../shared/errors.ts';
import type { Profile } from '../../../shared/model/profile.ts';
import type { ClientSession } from '../client-session.ts';
import type { GatewayContext } from '../gateway-context.ts';
import { ListCache } from './list-cache.ts';
import { ProfileSession, type ProfileSessionOptions } from './profile-session.ts';
import { type MemberAbout, profileNameOf } from './profile-target.ts';

/** The part of the catalog that tells profiles. */
export interface ProfileReader {
  profile(name: string): Profile | undefined;
}

export interface ProfileSessionsOptions extends ProfileReader {
  readonly context: GatewayContext;
  readonly createMember: (about: MemberAbout, onClosed: (closed: ClientSession) => void) => ClientSession;
  readonly onChanged: () => void;
}

export class ProfileSessions {
  readonly #options: ProfileSessionsOptions;
  readonly #cache = new ListCache();
  readonly #sessions = new Set<ProfileSession>();
  readonly #members = new Set<ClientSession>();

  constructor(options: ProfileSessionsOptions) {
    this.#options = options;
  }

  /** Every member's session, of all profiles. */
  members(): ClientSession[] {
    return [...this.#members];
  }

  /** @throws PortolanError PROFILE_NOT_FOUND */
  create(
    name: string,
    about: Pick<ProfileSessionOptions, 'id' | 'caller' | 'connect'>,
    onClosed: (closed: ClientSession) => void,
  ): ProfileSession {
    const { context, createMember, onChanged } = this.#options;
    const profile = this.#options.profile(name);
    if (profile === undefined) throw noProfile(name);
    const session: ProfileSession = new ProfileSession({
      ...about,
      profile,
      context,
      cache: this.#cache,
      createMember: (member) => {
        const created = createMember(member, (closed) => this.#members.delete(closed));
        this.#members.add(created);
        return created;
      },
      onChanged,
      onClosed: (closed) => {
        this.#sessions.delete(session);
        onClosed(closed);
        onChanged();
      },
    });
    this.#sessions.add(session);
    return session;
  }

  /** Sessions of these profiles go on with what the catalog says now and their clients list anew; those of a removed one end. */
  async changed(names: readonly string[]): Promise<void> {
    const affected = [...this.#sessions].filter(({ server }) => names.includes(profileNameOf(server) ?? ''));
    await Promise.all(
      affected.map((session) => {
        const name = profileNameOf(session.server) ?? '';
        const profile = this.#options.profile(name);
        return profile === undefined ? session.close('profile-removed', noProfile(name)) : session.update(profile);
      }),
    );
  }

  listedTools(server: string): readonly string[] | undefined {
    return this.#cache.newest(server, 'tools')?.items.map(({ key }) => key);
  }

  serverReady(server: string): void {
    for (const session of this.#sessions) session.serverReady(server);
  }

  /** The entry of a server was changed: what it listed before does not count. */
  forgetServer(server: string): void {
    this.#cache.forgetServer(server);
  }
}

/** There is no such profile in the catalog. */
export function noProfile(name: string): PortolanError {
  return new PortolanError('PROFILE_NOT_FOUND', `there is no profile named ${JSON.stringify(name)} in the catalog`, {
    hint: 'See the names with: portolan profile list',
  });
}
