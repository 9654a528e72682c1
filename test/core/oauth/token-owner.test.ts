// The one owner of a server's tokens: renewals once, written before used, and no riddle after a kill.
import { describe, expect, it } from 'vitest';
import { PortolanError } from '../../../shared/errors.ts';
import { TokenBroker } from '../../../core/oauth/token-broker.ts';
import { TokenOwner } from '../../../core/oauth/token-owner.ts';
import { formatGrant, parseGrant, type TokenGrant } from '../../../core/oauth/token-grant.ts';
import type { TokenSet } from '../../../core/oauth/token-set.ts';
import { Turnstile } from '../../../core/oauth/turnstile.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { MemoryTokens } from '../../support/oauth/memory-tokens.ts';
import { until } from '../../support/until.ts';

const PROCESS = { name: 'me', isAlive: () => true };
const URL_TEXT = 'https://mcp.example/mcp';

function setOf(n: number, at: number, more: Partial<TokenSet> = {}): TokenSet {
  return {
    accessToken: `access-${n}`,
    refreshToken: `refresh-${n}`,
    tokenType: 'bearer',
    scope: ['read'],
    grant: 'code',
    issuer: 'https://as.example',
    clientId: 'client',
    resource: URL_TEXT,
    obtainedAt: at,
    expiresAt: at + 5_000,
    ...more,
  };
}

function grantOf(n: number, at: number, more: Partial<TokenSet> = {}): TokenGrant {
  return { url: URL_TEXT, set: setOf(n, at, more), requested: ['read'] };
}

/** An authorization server with rotating refresh tokens: the second use of one ends them all. (RFC 9700 section 4.14.2) */
class Rotating {
  requests = 0;
  isRevoked = false;
  #live = 1;
  readonly #clock: ManualClock;

  constructor(clock: ManualClock) {
    this.#clock = clock;
  }

  readonly refresh = async (set: TokenSet): Promise<TokenSet> => {
    this.requests++;
    // Longer than the store takes: others come while it works.
    for (let turn = 0; turn < 10; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
    if (this.isRevoked || set.refreshToken !== `refresh-${this.#live}`) {
      this.isRevoked = true;
      throw new PortolanError('TOKEN_REFUSED', 'invalid_grant', { data: { final: true } });
    }
    this.#live++;
    return setOf(this.#live, this.#clock.now());
  };
}

function ownerOf(tokens: MemoryTokens, clock: ManualClock, { id = 'me', isAlive = true } = {}): TokenOwner {
  const options = { tokens, clock, id, key: 'token/docs/1', random: () => 0.5, renewals: new Turnstile(4) };
  return new TokenOwner({ ...options, isAlive: () => isAlive });
}

describe('TokenOwner', () => {
  it('AUT-34: 500 who ask at once make one token request', async () => {
    const clock = new ManualClock();
    const server = new Rotating(clock);
    const owner = ownerOf(new MemoryTokens(), clock);
    await owner.install(grantOf(1, clock.now()));
    const all = await Promise.all(Array.from({ length: 500 }, () => owner.renew(1, server.refresh)));
    expect(server.requests).toBe(1);
    expect(new Set(all.map((one) => ('held' in one ? one.held.generation : 0)))).toEqual(new Set([2]));
    // One that was refused with the old token and comes late needs no other request.
    await owner.renew(1, server.refresh);
    expect(server.requests).toBe(1);
  });

  it('OA-19: five owners of one store renew in 50 rounds, and the family lives', async () => {
    const clock = new ManualClock();
    const server = new Rotating(clock);
    const tokens = new MemoryTokens();
    const owners = Array.from({ length: 5 }, (_, n) => ownerOf(tokens, clock, { id: `owner ${n}` }));
    await owners[0]?.install(grantOf(1, clock.now()));
    await Promise.all(owners.map((owner) => owner.load()));
    for (let round = 0; round < 50; round++) {
      const work = Promise.all(owners.map((owner) => owner.renew(owner.held?.generation ?? 0, server.refresh)));
      const done = new AbortController();
      void work.then(() => done.abort());
      while (!done.signal.aborted) {
        clock.advance(100);
        await new Promise<void>((resolve) => setImmediate(resolve));
      }
      const held = await work;
      expect(new Set(held.map((one) => ('held' in one ? one.held.grant.set.accessToken : 'gone'))).size).toBe(1);
    }
    expect(server.isRevoked).toBe(false);
    expect(server.requests).toBe(50);
  });

  it('uses new tokens only when they are written, and loses none when that fails once', async () => {
    const clock = new ManualClock();
    const server = new Rotating(clock);
    const tokens = new MemoryTokens();
    const owner = ownerOf(tokens, clock);
    await owner.install(grantOf(1, clock.now()));
    const renewing = owner.renew(1, async (set) => {
      const next = await server.refresh(set);
      tokens.failure = new PortolanError('KEYCHAIN_LOCKED', 'locked');
      return next;
    });
    await expect(renewing).rejects.toMatchObject({ code: 'KEYCHAIN_LOCKED' });
    expect(owner.held?.grant.set.accessToken).toBe('access-1');
    await owner.renew(1, server.refresh);
    expect(server.requests).toBe(1);
    expect(owner.held?.grant.set.accessToken).toBe('access-2');
    expect([...tokens.kept.values()][0]?.text).toContain('access-2');
  });

  it('OA-21: only invalid_grant clears', async () => {
    const clock = new ManualClock();
    const tokens = new MemoryTokens();
    const owner = ownerOf(tokens, clock);
    await owner.install(grantOf(1, clock.now()));
    for (const code of ['CONNECT_TIMEOUT', 'HTTP_STATUS', 'METADATA_INVALID'] as const) {
      await expect(owner.renew(1, () => Promise.reject(new PortolanError(code, 'no')))).rejects.toMatchObject({ code });
      expect(owner.held?.grant.set.accessToken).toBe('access-1');
      expect(tokens.kept.size).toBe(1);
    }
    const final = new PortolanError('TOKEN_REFUSED', 'invalid_grant', { data: { final: true } });
    await expect(owner.renew(1, () => Promise.reject(final))).resolves.toMatchObject({ ended: 'interrupted' });
    expect(tokens.kept.size).toBe(0);
    expect(owner.held).toBeUndefined();
  });

  it('OA-20: killed between rotation and write, the next owner is signed in or knows that it was interrupted', async () => {
    const clock = new ManualClock();
    const tokens = new MemoryTokens();
    const server = new Rotating(clock);
    const killed = ownerOf(tokens, clock, { id: 'killed' });
    await killed.install(grantOf(1, clock.now()));
    // The mark is written, the answer never is.
    void killed.renew(1, async (set) => {
      await server.refresh(set);
      return new Promise<TokenSet>(() => undefined);
    });
    await until(() => server.requests === 1, 'it is under way');
    const next = ownerOf(tokens, clock, { id: 'next', isAlive: false });
    await next.load();
    await expect(next.renew(1, server.refresh)).resolves.toMatchObject({ ended: 'interrupted' });
    expect(tokens.kept.size).toBe(0);

    // Killed before the request went out: the refresh token is good.
    const unsent = new Rotating(clock);
    const early = ownerOf(tokens, clock, { id: 'early' });
    await early.install(grantOf(1, clock.now()));
    void early.renew(1, () => new Promise<TokenSet>(() => undefined));
    await until(() => tokens.kept.get('token/docs/1')?.text.includes('"by":"early"') === true, 'it is under way');
    const lucky = ownerOf(tokens, clock, { id: 'lucky', isAlive: false });
    await lucky.load();
    await expect(lucky.renew(1, unsent.refresh)).resolves.toMatchObject({ held: { generation: 2 } });
  });

  it('leaves a newer sign-in alone when its own renewal ends late', async () => {
    const clock = new ManualClock();
    const tokens = new MemoryTokens();
    const [one, other] = [ownerOf(tokens, clock, { id: 'one' }), ownerOf(tokens, clock, { id: 'other' })];
    await one.install(grantOf(1, clock.now()));
    const final = new PortolanError('TOKEN_REFUSED', 'invalid_grant', { data: { final: true } });
    const renewed = await one.renew(1, async () => {
      await other.install(grantOf(7, clock.now()));
      throw final;
    });
    expect(renewed).toMatchObject({ held: { grant: { set: { accessToken: 'access-7' } } } });
    expect(tokens.kept.size).toBe(1);
  });

  it('keeps what it wrote readable, and nothing else', () => {
    const grant = { ...grantOf(1, 1_000), renewal: { by: '1:x', at: 5 }, metadataUrl: 'https://mcp.example/prm' };
    expect(parseGrant(formatGrant(grant))).toEqual(grant);
    for (const text of ['', '{}', 'null', '{"v":2}', formatGrant(grant).slice(1)])
      expect(parseGrant(text)).toBeUndefined();
  });
});

describe('TokenBroker', () => {
  it('CON-06: lets four servers be renewed at the same time', async () => {
    const clock = new ManualClock();
    const broker = new TokenBroker({ tokens: new MemoryTokens(), clock, process: PROCESS });
    let inside = 0;
    let most = 0;
    const work = Array.from({ length: 50 }, async (_, n) => {
      const owner = broker.owner(`server-${n}`, URL_TEXT);
      await owner.install(grantOf(1, clock.now()));
      return owner.renew(1, async () => {
        most = Math.max(most, ++inside);
        await new Promise<void>((resolve) => setImmediate(resolve));
        inside--;
        return setOf(2, clock.now());
      });
    });
    await Promise.all(work);
    expect(most).toBe(4);
  });

  it('SEC-12: removes all that is kept of a server, and moves it with a new name', async () => {
    const clock = new ManualClock();
    const tokens = new MemoryTokens();
    const broker = new TokenBroker({ tokens, clock, process: PROCESS });
    await broker.owner('docs', URL_TEXT).install(grantOf(1, clock.now()));
    await broker.owner('docs-2', URL_TEXT).install(grantOf(2, clock.now()));
    await broker.move('docs', 'manual');
    expect(broker.has('docs', URL_TEXT)).toBe(false);
    expect((await broker.owner('manual', URL_TEXT).load())?.grant.set.accessToken).toBe('access-1');
    await broker.remove('manual');
    expect(broker.servers()).toEqual(['docs-2']);
    expect(broker.owner('manual', URL_TEXT).held).toBeUndefined();
  });
});
