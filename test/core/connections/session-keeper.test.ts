// One new handshake however many calls notice that the session is lost, in every order of what happens.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { systemClock } from '../../../core/base/clock.ts';
import { frameOf } from '../../../core/connections/frame.ts';
import { HttpChannel } from '../../../core/connections/http-channel.ts';
import type { HttpCall, HttpPeer } from '../../../core/connections/http-peer.ts';
import { HttpResponse } from '../../../core/connections/http-response.ts';
import { RemoteCare } from '../../../core/connections/remote-care.ts';
import { SessionKeeper } from '../../../core/connections/session-keeper.ts';

const initialize = frameOf({ jsonrpc: '2.0', id: 1, method: 'initialize' });
const result = frameOf({ jsonrpc: '2.0', id: 1, result: { protocolVersion: '2025-11-25' } });

/** A peer whose answers come when the scheduler lets them, with as many failed handshakes as told. */
class ScheduledPeer {
  handshakes = 0;
  running = 0;
  most = 0;
  readonly #scheduler: fc.Scheduler;
  #failures: number;

  constructor(scheduler: fc.Scheduler, failures: number) {
    this.#scheduler = scheduler;
    this.#failures = failures;
  }

  async open(call: Pick<HttpCall, 'method'>): Promise<HttpResponse> {
    if (call.method === 'GET') return answerOf(405);
    this.handshakes++;
    this.running++;
    this.most = Math.max(this.most, this.running);
    await this.#scheduler.schedule(Promise.resolve(), 'answer');
    this.running--;
    const isFailure = this.#failures > 0;
    this.#failures--;
    return isFailure ? answerOf(503) : answerOf(200, { 'mcp-session-id': `s${this.handshakes}` });
  }
}

function answerOf(status: number, headers: Record<string, string> = {}): HttpResponse {
  const controller = { abort: () => undefined, pause: () => undefined, resume: () => undefined };
  const response = new HttpResponse(controller as never, status, { 'content-type': 'application/json', ...headers });
  if (status === 200) response.take(result.bytes);
  response.finish();
  return response;
}

test('CON-07: one handshake at a time, whoever asks and whenever, and nobody is left without a word', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.nat(2),
      fc.integer({ min: 1, max: 6 }),
      async (scheduler, failures, callers) => {
        const peer = new ScheduledPeer(scheduler, failures);
        const channel = new HttpChannel(peer as unknown as HttpPeer);
        const keeper = new SessionKeeper(
          channel,
          { onFrame: () => undefined, onUnreadable: () => undefined },
          {
            clock: systemClock,
            care: new RemoteCare({ clock: systemClock }),
            handshakeMs: 60_000,
            log: () => undefined,
          },
        );
        keeper.begin(initialize, answerOf(200, { 'mcp-session-id': 'first' }), result);
        const lost = channel.session;
        const asked = Array.from({ length: callers }, async () => {
          await scheduler.schedule(Promise.resolve(), 'notices');
          return keeper.recover(lost).then(
            () => channel.session.id,
            (error: unknown) => (error as { code: string }).code,
          );
        });
        await scheduler.waitIdle();
        const told = await Promise.all(asked);
        expect(peer.most).toBeLessThanOrEqual(1);
        expect(peer.handshakes).toBeLessThanOrEqual(failures + 1);
        for (const each of told) expect(each === 'SESSION_LOST' || each === channel.session.id).toBe(true);
        if (peer.handshakes > failures) expect(channel.session).not.toBe(lost);
        keeper.stop();
      },
    ),
    { numRuns: 3_000 },
  );
}, 120_000);
