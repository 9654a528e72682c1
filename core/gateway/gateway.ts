// Every session between clients and servers in this host: attaches clients, lends out local ones, and drains or ends them all.
import { PortolanError, toPortolanError } from '../../shared/errors.ts';
import type { Session as SessionModel } from '../../shared/model/server-status.ts';
import type { Caller } from '../audit/audit-event.ts';
import { systemClock } from '../base/clock.ts';
import type { ClientSession } from './client-session.ts';
import type { GatewayContext } from './gateway-context.ts';
import { type Downstream, StreamDownstream } from './downstream.ts';
import type { FrameTrace } from './frame-trace.ts';
import type { AttachedSession, AttachOptions, GatewayOptions, OpenOptions } from './gateway-options.ts';
import { HostLoad } from './host-load.ts';
import { Outbox } from './outbox.ts';
import { LocalClients } from './local-clients.ts';
import type { LocalClient } from './local-client.ts';
import { ProfileSessions } from './profile/profile-sessions.ts';
import { profileNameOf } from './profile/profile-target.ts';
import { Session, type SessionOptions } from './session.ts';

/** How long changes of sessions are gathered before they are told. */
const CHANGES_MS = 100;

type ClientAbout = Pick<SessionOptions, 'id' | 'server' | 'caller'> & {
  readonly connect: (session: ClientSession) => Downstream;
};
export class Gateway {
  readonly #options: GatewayOptions;
  readonly #context: GatewayContext;
  readonly #sessions = new Map<string, ClientSession>();
  readonly #profiles: ProfileSessions;
  readonly #locals: LocalClients;
  #draining = false;
  #changeTimer: { cancel(): void } | undefined;

  constructor(options: GatewayOptions) {
    const { audit, catalog, connections, logger } = options;
    this.#options = options;
    this.#context = {
      connections,
      audit,
      logger,
      clock: options.clock ?? systemClock,
      load: options.load ?? new HostLoad(),
      outbox: new Outbox((work) => audit.together(work)),
      optionsOf: (server) => catalog.get(server)?.options,
      mayUse: options.mayUse,
      strictAudit: () => options.strictAudit(),
      redact: options.redact === undefined ? undefined : (text) => options.redact?.(text) ?? '',
      onToolsChanged: (server) => options.onToolsChanged?.(server),
      trace: options.trace,
      telemetry: options.telemetry,
    };
    this.#profiles = new ProfileSessions({
      context: this.#context,
      profile: (name) => catalog.profile?.(name),
      createMember: (about, onClosed) => this.#newSession(about, onClosed),
      onChanged: () => this.#changed(),
    });
    this.#locals = new LocalClients(this.#context, (about) => this.#createSession(about));
  }

  /**
   * Takes a client in. Its server is started by its first message. With `resume`, the session is first brought to where the
   * earlier host left it; until then nothing is read.
   * @throws PortolanError HOST_DRAINING while this host hands over; PROFILE_NOT_FOUND.
   */
  attach(options: AttachOptions): AttachedSession {
    const { stream, server, sessionId, caller, resume, pending = [], unanswered = [] } = options;
    this.#refuseWhileDraining();
    const earlier = this.#sessions.get(sessionId);
    let downstream: StreamDownstream | undefined;
    const session = this.#createClientSession({
      id: sessionId,
      server,
      caller,
      connect: (self) => {
        downstream = new StreamDownstream(stream, this.#context, {
          onLine: (line) => self.receive(line),
          onTooLarge: (bytes) => self.refuseTooLarge(bytes),
          onDrain: () => self.drained(),
          onGone: () => void self.gone(),
        });
        return downstream;
      },
    });
    void this.#begin(session, { earlier, resume, unanswered }).then(() => downstream?.start(pending));
    return {
      id: sessionId,
      get inFlight() {
        return session.inFlight;
      },
      close: (reason) => session.close(reason, new PortolanError('SESSION_LOST', 'Portolan has ended this session.')),
    };
  }

  /**
   * A session whose messages come by another way than a stream; `connect` gives that way.
   * @throws PortolanError HOST_DRAINING, SERVER_NOT_FOUND, SERVER_DISABLED, PROFILE_NOT_FOUND.
   */
  open(options: OpenOptions): ClientSession {
    this.#refuseWhileDraining();
    const { server, sessionId: id, caller, connect } = options;
    if (profileNameOf(server) === undefined) this.#refuseUnusable(server);
    return this.#createClientSession({ id, server, caller, connect });
  }

  /**
   * An initialised client of our own, with the same interceptors and audit. It is reused for the same caller and server and
   * closed when it was idle for a minute.
   * @throws PortolanError when the server cannot be started or refuses the handshake; HOST_DRAINING.
   */
  async localClient(caller: Caller, server: string): Promise<LocalClient> {
    this.#refuseWhileDraining();
    return this.#locals.get(caller, server);
  }

  /** The last messages of each session. */
  get trace(): FrameTrace | undefined {
    return this.#options.trace;
  }

  sessions(): SessionModel[] {
    return [...this.#sessions.values(), ...this.#profiles.members()].map((session) => session.model());
  }

  /** Requests under way, of all sessions. */
  inFlight(): number {
    let sum = 0;
    for (const session of this.#sessions.values()) sum += session.inFlight;
    return sum;
  }

  /**
   * Before another host takes over: forwards nothing new, waits for what is under way, ends every stream and gives back what was
   * read and not forwarded, to be handed to `attach` there. The clients' answers and cancellations still pass until then.
   */
  async drain(): Promise<{ sessionId: string; pending: Buffer[] }[]> {
    this.#draining = true;
    const sessions = [...this.#sessions.values()];
    return Promise.all(sessions.map(async (session) => ({ sessionId: session.id, pending: await session.drain() })));
  }

  /** Ends the sessions of a server that was removed, disabled or changed, in its entry or a secret of it. */
  async closeServer(name: string, error: PortolanError = entryChanged(name)): Promise<void> {
    this.#profiles.forgetServer(name);
    const all = [...this.#sessions.values(), ...this.#profiles.members()];
    const sessions = all.filter(({ server }) => server === name);
    await Promise.all(sessions.map((session) => session.close('server-closed', error)));
  }

  /** Profiles of the catalog were changed or removed: their sessions follow. */
  profilesChanged(names: readonly string[]): Promise<void> {
    return this.#profiles.changed(names);
  }

  /** A server works: profiles that could not reach it read what they miss. */
  serverReady(name: string): void {
    this.#profiles.serverReady(name);
  }

  /** Names of the tools that a server last listed to a profile; undefined when it has not. */
  listedTools(server: string): readonly string[] | undefined {
    return this.#profiles.listedTools(server);
  }

  /** Ends one session because a person asked for it; false when there is none of this id. */
  async closeSession(id: string): Promise<boolean> {
    const session = this.#sessions.get(id);
    const error = new PortolanError('SESSION_LOST', 'This session was ended in Portolan.', {
      hint: 'Restart the client to connect again.',
    });
    await session?.close('ended-by-person', error);
    return session !== undefined;
  }

  async close(): Promise<void> {
    this.#draining = true;
    const error = new PortolanError('HOST_DRAINING', 'Portolan is ending.');
    await Promise.all([...this.#sessions.values()].map((session) => session.close('host-ends', error)));
    this.#locals.close();
    this.#changeTimer?.cancel();
  }

  async #begin(
    session: ClientSession,
    from: { earlier: ClientSession | undefined; resume: Buffer | undefined; unanswered: readonly string[] },
  ): Promise<void> {
    const { earlier, resume, unanswered } = from;
    if (resume === undefined) return;
    try {
      await earlier?.abandon();
      await session.takeUp(resume, unanswered);
    } catch (error) {
      this.#options.logger.error('a session could not be taken up', {
        session: session.id,
        error: toPortolanError(error),
      });
    }
  }

  /** The session of a client with a server, or with a profile: the one place where that is decided. */
  #createClientSession(about: ClientAbout): ClientSession {
    const profile = profileNameOf(about.server);
    if (profile === undefined) return this.#createSession(about);
    return this.#keep(this.#profiles.create(profile, about, (closed) => this.#forget(closed)));
  }

  #createSession(about: Pick<SessionOptions, 'id' | 'server' | 'caller' | 'connect'>): Session {
    return this.#keep(this.#newSession(about, (closed) => this.#forget(closed)));
  }

  #newSession(
    about: Pick<SessionOptions, 'id' | 'server' | 'caller' | 'connect'>,
    onClosed: (closed: Session) => void,
  ) {
    return new Session({
      ...about,
      context: this.#context,
      onChanged: () => this.#changed(),
      onClosed: (closed) => {
        onClosed(closed);
        this.#options.trace?.forget(closed.id);
        this.#changed();
      },
    });
  }

  #keep<Kept extends ClientSession>(session: Kept): Kept {
    this.#sessions.set(session.id, session);
    this.#changed();
    return session;
  }

  #forget(closed: ClientSession): void {
    if (this.#sessions.get(closed.id) === closed) this.#sessions.delete(closed.id);
  }

  #changed(): void {
    this.#changeTimer ??= this.#context.clock.setTimeout(() => {
      this.#changeTimer = undefined;
      this.#options.onSessions(this.sessions());
    }, CHANGES_MS);
  }

  #refuseUnusable(server: string): void {
    const entry = this.#options.catalog.get(server);
    if (entry === undefined) {
      throw new PortolanError('SERVER_NOT_FOUND', `There is no server ${JSON.stringify(server)} in the catalog.`, {
        hint: 'See the names with: portolan list',
      });
    }
    if (!entry.options.enabled) throw new PortolanError('SERVER_DISABLED', `The server ${server} is turned off.`);
  }

  #refuseWhileDraining(): void {
    if (this.#draining) throw new PortolanError('HOST_DRAINING', 'Portolan is handing over to a newer version.');
  }
}

function entryChanged(name: string): PortolanError {
  return new PortolanError(
    'SERVER_DISABLED',
    `The entry of ${name}, or a secret in it, was removed, disabled or changed.`,
    { hint: 'Look at the server in Portolan, then restart it in the client.' },
  );
}
