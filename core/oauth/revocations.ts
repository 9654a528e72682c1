// Tokens of servers that were signed out while their authorization server could not be reached: they are revoked later, for as
// long as that makes sense. Until then they lie in the token store and are used for nothing else. (RFC 7009)
import { createHash } from 'node:crypto';
import type { Clock, Timer } from '../base/clock.ts';
import { objectOf, textOf } from '../base/json-object.ts';
import { tokenEvent, type WriteAudit } from './oauth-audit.ts';
import type { Revoked } from './revoke.ts';
import type { AuthTarget, SignInFlows } from './sign-in-flows.ts';
import { formatGrant, parseGrant, type TokenGrant } from './token-grant.ts';
import type { TokenKeeper } from './token-owner.ts';

const PREFIX = 'revoke/';
const EVERY_MS = 15 * 60_000;
const LONGEST_MS = 7 * 24 * 3_600_000;

interface Revocation {
  readonly server: string;
  readonly grant: TokenGrant;
}

export interface RevocationsOptions {
  readonly tokens: TokenKeeper;
  readonly clock: Clock;
  readonly flows: Pick<SignInFlows, 'discover' | 'revoke'>;
  readonly audit: WriteAudit;
  /** The server as its entry is now; undefined when it is gone. */
  readonly targetOf: (server: string) => Promise<AuthTarget | undefined>;
}

export class Revocations {
  readonly #options: RevocationsOptions;
  #timer: Timer | undefined;
  #closed = false;

  constructor(options: RevocationsOptions) {
    this.#options = options;
  }

  /** Goes on with what an earlier host has left. */
  start(): void {
    if (this.#options.tokens.keys(PREFIX).length > 0) this.#later();
  }

  /** Now, or later when the authorization server cannot be reached. @throws PortolanError KEYCHAIN_* when that cannot be kept */
  async revoke(revocation: Revocation): Promise<Revoked> {
    const revoked = await this.#try(revocation);
    if (revoked === 'later') await this.#keep(revocation);
    return revoked;
  }

  /** Tries all that wait. Never rejects. */
  async run(): Promise<void> {
    for (const key of this.#options.tokens.keys(PREFIX)) {
      try {
        const kept = await this.#options.tokens.read(key);
        const waiting = kept === undefined ? undefined : parsed(kept.text);
        const isOld = waiting === undefined || this.#options.clock.now() - waiting.at > LONGEST_MS;
        const isDone = isOld || (await this.#try(waiting)) !== 'later';
        if (isDone) await this.#options.tokens.remove(key);
      } catch {
        // The next round tries it again.
      }
    }
    if (this.#options.tokens.keys(PREFIX).length > 0) this.#later();
  }

  async #try({ server, grant }: Revocation): Promise<Revoked> {
    const { flows, audit, targetOf } = this.#options;
    const { url, metadataUrl, set } = grant;
    try {
      const known = await targetOf(server).catch(() => undefined);
      const gone: AuthTarget = { name: server, url: new URL(url), auth: undefined, revision: 'legacy' };
      const target = known?.url.href === url ? known : gone;
      const challenge =
        metadataUrl === undefined ? undefined : { scheme: 'bearer', params: { resource_metadata: metadataUrl } };
      const discovery = await flows.discover(target, challenge, set.issuer);
      if (discovery.issuer !== set.issuer) return 'not-offered';
      const revoked = await flows.revoke(target, discovery, set);
      if (revoked === 'yes') audit(tokenEvent('token.revoked', server, set));
      return revoked;
    } catch {
      return 'later';
    }
  }

  async #keep({ server, grant }: Revocation): Promise<void> {
    const { tokens, clock } = this.#options;
    const digest = createHash('sha256').update(grant.set.accessToken).digest('hex').slice(0, 32);
    const revoke = { server, at: clock.now() };
    const text = JSON.stringify({ ...(JSON.parse(formatGrant(grant)) as object), revoke });
    await tokens.write(`${PREFIX}${digest}`, text);
    this.#later();
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
  }

  #later(): void {
    if (this.#closed) return;
    this.#timer?.cancel();
    this.#timer = this.#options.clock.setTimeout(() => void this.run(), EVERY_MS);
  }
}

function parsed(text: string): (Revocation & { readonly at: number }) | undefined {
  try {
    const found = objectOf(objectOf(JSON.parse(text) as unknown)?.['revoke']);
    const grant = parseGrant(text);
    const server = textOf(found?.['server']);
    const at = found?.['at'];
    return grant === undefined || server === undefined || typeof at !== 'number' ? undefined : { server, grant, at };
  } catch {
    return undefined;
  }
}
