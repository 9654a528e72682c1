// The queue of what waits for a person.
import { describe, expect, it } from 'vitest';
import { PortolanError } from '../../../shared/errors.ts';
import type { SignIn } from '../../../shared/model/identity.ts';
import { SignInDesk } from '../../../core/oauth/sign-in-desk.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { until } from '../../support/until.ts';

const DOCS = { kind: 'server', name: 'docs' } as const;

class Rig {
  readonly clock = new ManualClock();
  readonly begun: { finish: () => void; fail: (error: PortolanError) => void; isCancelled: boolean }[] = [];
  lists: SignIn[][] = [];
  failure: PortolanError | undefined;
  readonly desk = new SignInDesk({
    clock: this.clock,
    begin: () => {
      if (this.failure !== undefined) return Promise.reject(this.failure);
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const flow = { finish: resolve, fail: reject, isCancelled: false };
      this.begun.push(flow);
      const cancel = (): void => {
        flow.isCancelled = true;
        reject(new PortolanError('SIGN_IN_CANCELLED', 'cancelled'));
      };
      const url = `https://as.example/${this.begun.length}`;
      return Promise.resolve({ url, expiresAt: this.clock.now() + 300_000, done: promise, cancel });
    },
    onChange: (list) => void this.lists.push(list),
  });

  wait(options: { tool?: string; client?: string; signal?: AbortSignal } = {}): Promise<string> {
    const { signal = new AbortController().signal, ...rest } = options;
    return this.desk.wait(DOCS, {}, { server: 'docs', waitMs: 45_000, signal, ...rest }).then(
      () => 'go on',
      (error: unknown) => (error as PortolanError).code,
    );
  }
}

describe('SignInDesk', () => {
  it('has one entry for a target, and tells who waits and for what', async () => {
    const rig = new Rig();
    const calls = [rig.wait({ client: 'editor', tool: 'search' }), rig.wait({ client: 'chat' })];
    expect(rig.desk.list()).toMatchObject([
      { calls: 2, clients: ['editor', 'chat'], tool: 'search', state: 'waiting' },
    ]);
    const [one, two] = await Promise.all([
      rig.desk.start(DOCS, { again: false }),
      rig.desk.start(DOCS, { again: false }),
    ]);
    expect(one.url).toBe('https://as.example/1');
    expect(two).toEqual(one);
    expect(rig.begun).toHaveLength(1);
    rig.begun[0]?.finish();
    expect(await Promise.all(calls)).toEqual(['go on', 'go on']);
    expect(rig.desk.list()).toEqual([]);
    expect(rig.lists.at(-1)).toEqual([]);
  });

  it('keeps the need with its reason when a sign-in fails, and can begin again', async () => {
    const rig = new Rig();
    const call = rig.wait();
    await rig.desk.start(DOCS, { again: false });
    rig.begun[0]?.fail(new PortolanError('SIGN_IN_EXPIRED', 'Nobody came.'));
    await until(() => rig.desk.list()[0]?.state === 'failed', 'the sign-in has failed');
    expect(rig.desk.list()).toMatchObject([{ calls: 1, reason: { code: 'SIGN_IN_EXPIRED' } }]);
    await rig.desk.start(DOCS, { again: false });
    expect(rig.desk.list()).toMatchObject([{ state: 'under-way', url: 'https://as.example/2' }]);
    rig.begun[1]?.finish();
    expect(await call).toBe('go on');
  });

  it('keeps the reason when it cannot even begin', async () => {
    const rig = new Rig();
    rig.failure = new PortolanError('ISSUER_MISMATCH', 'Two names.');
    await expect(rig.desk.start(DOCS, { again: false })).rejects.toMatchObject({ code: 'ISSUER_MISMATCH' });
    expect(rig.desk.list()).toMatchObject([{ state: 'failed', reason: { code: 'ISSUER_MISMATCH' } }]);
  });

  it('a cancelled sign-in ends the calls that wait for it, at once', async () => {
    const rig = new Rig();
    const call = rig.wait();
    const { id } = await rig.desk.start(DOCS, { again: false });
    rig.desk.cancel(id);
    expect(await call).toBe('SIGN_IN_CANCELLED');
    expect(rig.begun[0]?.isCancelled).toBe(true);
    expect(rig.desk.list()).toEqual([]);
  });

  it('who says no at the authorization server is not asked again by the calls that wait', async () => {
    const rig = new Rig();
    const call = rig.wait();
    await rig.desk.start(DOCS, { again: false });
    rig.begun[0]?.fail(new PortolanError('SIGN_IN_REFUSED', 'access_denied'));
    expect(await call).toBe('SIGN_IN_REFUSED');
  });

  it('tells a follower every state, the present one first, until the last one', async () => {
    const rig = new Rig();
    const call = rig.wait();
    const { id } = rig.desk.list()[0] ?? { id: '' };
    const states: string[] = [];
    const following = (async () => {
      for await (const { state } of rig.desk.follow(id, undefined)) states.push(state);
    })();
    await until(() => states.length === 1, 'the follower was told');
    await rig.desk.start(DOCS, { again: false });
    await until(() => states.length === 2, 'the follower was told');
    rig.begun[0]?.finish();
    await following;
    await call;
    expect(new Set(states)).toEqual(new Set(['waiting', 'under-way', 'done']));
    for await (const { state } of rig.desk.follow(id, undefined)) expect(state).toBe('done');
    expect(() => rig.desk.follow('nothing', undefined)).toThrow('There is no such sign-in.');
  });

  it('a follower that leaves ends its own following only', async () => {
    const rig = new Rig();
    void rig.wait();
    const left = new AbortController();
    const { id } = rig.desk.list()[0] ?? { id: '' };
    const states: string[] = [];
    const following = (async () => {
      for await (const { state } of rig.desk.follow(id, left.signal)) states.push(state);
    })();
    await until(() => states.length === 1, 'the follower was told');
    left.abort();
    await following;
    expect(rig.desk.list()).toHaveLength(1);
  });
});
