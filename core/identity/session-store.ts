// The session of one identity in the keychain and in memory. Of two writers one wins, and the other takes what the winner stored.
import type { Identity } from '../../shared/model/identity.ts';
import type { TokenStore } from '../vault/token-store.ts';
import { formatSession, type IdentitySession, parseSession } from './identity-session.ts';

export class SessionStore {
  readonly #identity: Identity;
  readonly #tokens: TokenStore;
  readonly #key: string;
  #session: IdentitySession | undefined;
  #version: string | undefined;

  constructor(identity: Identity, tokens: TokenStore) {
    this.#identity = identity;
    this.#tokens = tokens;
    this.#key = `identity/${identity.name}`;
  }

  /** As it was last read or written. */
  get session(): IdentitySession | undefined {
    return this.#session;
  }

  /** Reads it from the keychain. What was signed in at another provider, or as another client, is removed. Throws KEYCHAIN_*. */
  async load(): Promise<IdentitySession | undefined> {
    const stored = await this.#tokens.read(this.#key);
    const session = stored && parseSession(stored.text);
    const { issuer, clientId } = this.#identity;
    const isOurs = session?.issuer === issuer && session.clientId === clientId;
    if (stored !== undefined && !isOurs) await this.#tokens.removeIf(this.#key, stored.version);
    this.#session = isOurs ? session : undefined;
    this.#version = isOurs ? stored?.version : undefined;
    return this.#session;
  }

  /** Writes a new one over whatever there is. Throws KEYCHAIN_*. */
  async write(session: IdentitySession): Promise<void> {
    this.#version = (await this.#tokens.write(this.#key, formatSession(session))).version;
    this.#session = session;
  }

  /** Writes the next state of the one that was read. Gives what is kept then. Throws KEYCHAIN_*. */
  async replace(session: IdentitySession): Promise<IdentitySession | undefined> {
    const stored = await this.#tokens.replace(this.#key, formatSession(session), this.#version);
    if (stored === undefined) return this.load();
    this.#version = stored.version;
    this.#session = session;
    return session;
  }

  /** Throws KEYCHAIN_*. */
  async remove(): Promise<void> {
    await this.#tokens.remove(this.#key);
    this.#session = undefined;
    this.#version = undefined;
  }
}
