// The parts that sign in, in miniature: states move as they would, a test says how a sign-in ends. No network, no tokens.
import type { IdentitiesPort, Revoked, SignInsPort } from '../../host/sign-in-ports.ts';
import { streamOf } from '../../host/stream.ts';
import { PortolanError } from '../../shared/errors.ts';
import type { Identity, IdentityStatus, ServerSignIn, SignIn } from '../../shared/model/identity.ts';
import { identities, serverSignIns, waitingSignIns } from './sign-in-data.ts';

const FINAL: readonly SignIn['state'][] = ['done', 'failed', 'cancelled'];

/** What each port tells when its list changes. */
export interface SignInListeners {
  signIns?(list: SignIn[]): void;
  identities?(list: IdentityStatus[]): void;
  server?(status: ServerSignIn): void;
}

export class LittleSignIns implements SignInsPort {
  readonly now = Date.now();
  all: SignIn[];
  people: IdentityStatus[];
  statuses: ServerSignIn[];
  tell: SignInListeners = {};
  /** How a sign-in ends as soon as it is followed; without it, by `end`. */
  ending: { state: 'done' } | { state: 'failed'; reason: NonNullable<SignIn['reason']> } | undefined;
  /** What was asked of it, in order; secrets as whether they were given. */
  readonly asked: unknown[] = [];
  readonly identities: IdentitiesPort;
  readonly #followers = new Set<(signIn: SignIn) => void>();

  constructor({ empty = false }: { empty?: boolean } = {}) {
    this.all = empty ? [] : waitingSignIns(this.now);
    this.people = empty ? [] : identities(this.now);
    this.statuses = empty ? [] : serverSignIns(this.now);
    this.identities = new LittleIdentities(this);
  }

  list(): SignIn[] {
    return [...this.all];
  }

  async start(input: Parameters<SignInsPort['start']>[0]): Promise<SignIn> {
    this.asked.push({ start: input });
    const known = this.all.find(({ id, kind, target }) =>
      input.id === undefined ? target === (input.server ?? input.identity) && isOf(kind, input) : id === input.id,
    );
    const base = known ?? this.#fresh(input);
    const host = base.authorizationHost ?? 'login.example';
    const expiresAt = new Date(this.now + 5 * 60_000).toISOString();
    const { url: _url, device: _device, reason: _reason, ...rest } = base;
    const begun =
      input.way === 'device'
        ? { device: { userCode: 'WDJB-MJHT', verificationUrl: `https://${host}/device`, expiresAt } }
        : { url: `https://${host}/authorize?state=x&scope=${encodeURIComponent(base.scopes.join(' '))}` };
    return this.put({ ...rest, ...begun, state: 'under-way', expiresAt });
  }

  async *follow(id: string, signal: AbortSignal | undefined): AsyncGenerator<SignIn, void, void> {
    const present = this.one(id);
    const changes = streamOf<SignIn>((push, end) => {
      const follower = (signIn: SignIn): void => {
        if (signIn.id !== id) return;
        push(signIn);
        if (FINAL.includes(signIn.state)) end();
      };
      this.#followers.add(follower);
      push(present);
      return () => this.#followers.delete(follower);
    }, signal);
    for await (const signIn of changes) {
      yield signIn;
      if (this.ending !== undefined && signIn.state === 'under-way') this.end(id, this.ending);
    }
  }

  cancel(id: string): void {
    this.asked.push({ cancel: id });
    this.put({ ...this.one(id), state: 'cancelled' });
  }

  servers(): ServerSignIn[] {
    return [...this.statuses];
  }

  server(name: string): ServerSignIn {
    const found = this.statuses.find(({ server }) => server === name);
    if (found === undefined) throw new PortolanError('SERVER_NOT_FOUND', `no server ${name}`);
    return found;
  }

  async signOut(name: string): Promise<{ server: ServerSignIn; revoked: Revoked }> {
    this.asked.push({ signOut: name });
    const { expiresAt: _, ...rest } = this.server(name);
    const server: ServerSignIn = { ...rest, state: 'signed-out', scopes: [], renews: false };
    this.statuses = this.statuses.map((held) => (held.server === name ? server : held));
    this.tell.server?.(server);
    return { server, revoked: 'yes' };
  }

  /** Ends a sign-in that is under way. */
  end(id: string, how: NonNullable<LittleSignIns['ending']>): void {
    const { url: _url, device: _device, ...rest } = this.one(id);
    if (how.state === 'done') this.put({ ...rest, state: 'done' });
    else this.put({ ...rest, state: 'failed', reason: how.reason });
  }

  /** Holds and tells a sign-in; finished ones leave the list, failed ones stay and can be begun again. */
  put(signIn: SignIn): SignIn {
    const others = this.all.filter(({ id }) => id !== signIn.id);
    const stays = signIn.state !== 'done' && signIn.state !== 'cancelled';
    this.all = stays ? [...others, signIn].sort((a, b) => a.since.localeCompare(b.since)) : others;
    for (const follower of this.#followers) follower(signIn);
    this.tell.signIns?.(this.list());
    return signIn;
  }

  one(id: string): SignIn {
    const found = this.all.find((signIn) => signIn.id === id);
    if (found === undefined) throw new PortolanError('NOT_FOUND', `no sign-in ${id}`);
    return found;
  }

  #fresh({ server, identity, id }: Parameters<SignInsPort['start']>[0]): SignIn {
    const target = server ?? identity;
    if (target === undefined) throw new PortolanError('NOT_FOUND', `no sign-in ${id ?? ''}`);
    const person = this.people.find(({ name }) => name === identity);
    if (identity !== undefined && person === undefined)
      throw new PortolanError('IDENTITY_NOT_FOUND', `no identity ${identity}`);
    const status = server === undefined ? undefined : this.server(server);
    if (status?.reason?.code === 'IDP_REFUSED') throw new PortolanError('IDP_REFUSED', status.reason.message);
    return {
      id: `n${this.asked.length}`,
      kind: server === undefined ? 'identity' : 'server',
      target,
      state: 'waiting',
      since: new Date(this.now).toISOString(),
      calls: 0,
      clients: [],
      authorizationHost: new URL(person?.issuer ?? status?.issuer ?? 'https://login.example').host,
      scopes: person?.scopes ?? status?.scopes ?? [],
      newScopes: [],
    };
  }
}

/** Identities in memory; the managed one refuses changes. */
class LittleIdentities implements IdentitiesPort {
  readonly #of: LittleSignIns;

  constructor(of: LittleSignIns) {
    this.#of = of;
  }

  list(): IdentityStatus[] {
    return [...this.#of.people];
  }

  async add(input: Parameters<IdentitiesPort['add']>[0]): Promise<IdentityStatus> {
    const { identity, clientSecretValue, privateKeyValue } = input;
    this.#of.asked.push({
      add: identity,
      secrets: [clientSecretValue, privateKeyValue].map((one) => one !== undefined),
    });
    if (this.#of.people.some(({ name }) => name === identity.name))
      throw new PortolanError('DUPLICATE_NAME', `there is already an identity named ${identity.name}`);
    return this.#put(statusOf(identity));
  }

  async update(name: string, identity: Identity, clientSecretValue?: string): Promise<IdentityStatus> {
    this.#of.asked.push({ update: name, identity, secret: clientSecretValue !== undefined });
    return this.#put({ ...this.#own(name), ...statusOf(identity) });
  }

  async remove(name: string): Promise<void> {
    this.#own(name);
    this.#of.asked.push({ remove: name });
    this.#of.people = this.#of.people.filter((held) => held.name !== name);
    this.#of.tell.identities?.(this.list());
  }

  async signOut(name: string): Promise<{ identity: IdentityStatus; revoked: Revoked; url?: string }> {
    this.#of.asked.push({ signOutIdentity: name });
    const { person: _person, endsAt: _endsAt, reason: _reason, ...rest } = this.#one(name);
    const identity = this.#put({ ...rest, state: 'signed-out', renews: false, refused: [] });
    return { identity, revoked: 'not-offered', url: `${identity.issuer}/logout` };
  }

  async takeIdToken(name: string, idToken: string): Promise<IdentityStatus> {
    if (idToken.split('.').length !== 3) throw new PortolanError('TOKEN_INVALID', 'the ID token cannot be read');
    return this.#put({ ...this.#one(name), state: 'signed-in', person: { subject: 'elsewhere' } });
  }

  #one(name: string): IdentityStatus {
    const found = this.#of.people.find((held) => held.name === name);
    if (found === undefined) throw new PortolanError('IDENTITY_NOT_FOUND', `there is no identity named ${name}`);
    return found;
  }

  #own(name: string): IdentityStatus {
    const found = this.#one(name);
    if (found.source === 'managed') throw new PortolanError('POLICY_DENIED', `${name} is set by your organisation`);
    return found;
  }

  #put(status: IdentityStatus): IdentityStatus {
    const at = this.#of.people.findIndex(({ name }) => name === status.name);
    this.#of.people = at === -1 ? [...this.#of.people, status] : this.#of.people.with(at, status);
    this.#of.tell.identities?.(this.list());
    return status;
  }
}

function isOf(kind: SignIn['kind'], { identity }: { identity?: string | undefined }): boolean {
  return (kind === 'identity') === (identity !== undefined);
}

function statusOf(identity: Identity): IdentityStatus {
  const { name, title, issuer, clientId, scopes, way, redirectPort, allowPrivateNetwork } = identity;
  return {
    name,
    issuer,
    clientId,
    scopes,
    way,
    redirectPort,
    allowPrivateNetwork,
    source: 'catalog',
    state: 'signed-out',
    renews: false,
    unlocks: [],
    refused: [],
    ...(title === undefined ? {} : { title }),
  };
}
