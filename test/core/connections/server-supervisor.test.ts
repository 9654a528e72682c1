// SUP-18: whatever the order in which starts, stops, crashes and their endings fall, a session has one process at most.
// The transport here is a model in memory whose every step the scheduler may delay.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ServerSupervisor } from '../../../core/connections/server-supervisor.ts';
import type { Upstream, UpstreamEvents } from '../../../core/connections/upstream.ts';
import { PortolanError, toPortolanError } from '../../../shared/errors.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { evilEntry, Recorder } from '../../support/stdio-server.ts';

const REQUESTER = { client: () => 'editor', mayWait: () => false };
const ENTRY = evilEntry('one', []);

/** Processes in memory: alive from the start until the end of their ending. */
class ProcessModel {
  alive = 0;
  most = 0;
  crash: () => void = () => undefined;
  readonly #scheduler: fc.Scheduler;

  constructor(scheduler: fc.Scheduler) {
    this.#scheduler = scheduler;
  }

  readonly open = async (_server: unknown, _request: unknown, events: UpstreamEvents): Promise<Upstream> => {
    this.alive += 1;
    this.most = Math.max(this.most, this.alive);
    let closing: Promise<void> | undefined;
    let told = false;
    const tell = () => {
      if (!told) events.onClosed(new PortolanError('SERVER_EXITED', 'It ended.'));
      told = true;
    };
    const close = () => {
      closing ??= this.#scheduler.schedule(Promise.resolve(), 'ended').then(() => {
        this.alive -= 1;
        tell();
      });
      return closing;
    };
    this.crash = () => {
      if (closing !== undefined) return;
      tell();
      void close();
    };
    await this.#scheduler.schedule(Promise.resolve(), 'spawned');
    return {
      transport: 'stdio',
      pid: 1,
      send: () => undefined,
      pause: () => undefined,
      resume: () => undefined,
      close,
    };
  };
}

test('SUP-18: 500 interleavings of start, stop, restart and crash: one process at most, the last command wins', async () => {
  const command = fc.constantFrom('start', 'stop', 'restart', 'crash');
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(command, { minLength: 1, maxLength: 12 }),
      async (scheduler, commands) => {
        const model = new ProcessModel(scheduler);
        const supervisor = new ServerSupervisor({
          name: 'one',
          clock: new ManualClock(),
          isEnabled: () => true,
          resolve: async (entry) => {
            await scheduler.schedule(Promise.resolve(), 'resolved');
            return { ...entry, secretValues: [] };
          },
          openTransport: model.open,
          audit: () => undefined,
          onStatus: () => undefined,
        });
        const start = () =>
          supervisor.open({ sessionId: 's1', era: 'legacy', entry: ENTRY, requester: REQUESTER }, new Recorder()).then(
            () => 'open',
            (error: unknown) => toPortolanError(error).code,
          );
        let outcome = Promise.resolve('none');
        const want: { state: 'running' | 'stopped' | 'either' } = { state: 'stopped' };
        const run = (name: (typeof commands)[number]) => {
          if (name === 'crash') {
            if (want.state === 'running') want.state = 'either';
            model.crash();
            return;
          }
          want.state = name === 'stop' ? 'stopped' : 'running';
          if (name !== 'start') void supervisor.stop();
          if (name !== 'stop') outcome = start();
        };
        const issue = async () => {
          for (const name of commands) {
            await scheduler.schedule(Promise.resolve(), name);
            run(name);
          }
        };
        void issue();
        await runDry(scheduler);
        expect(model.most).toBeLessThanOrEqual(1);
        if (want.state === 'either') return;
        const isRefused = want.state === 'running' && (await outcome) === 'SERVER_CRASH_LOOP';
        const isRunning = want.state === 'running' && !isRefused;
        expect({ alive: model.alive, sessions: supervisor.status().sessions }).toEqual({
          alive: isRunning ? 1 : 0,
          sessions: isRunning ? 1 : 0,
        });
        expect(supervisor.status().state).toBe(isRunning ? 'starting' : isRefused ? 'failed' : 'stopped');
      },
    ),
    { numRuns: 500 },
  );
});

/** Releases one step after the other, in the scheduler's order, until none is left. */
async function runDry(scheduler: fc.Scheduler): Promise<void> {
  while (scheduler.count() > 0) {
    await scheduler.waitOne();
    // What the step set off may schedule further steps.
    await new Promise((resolve) => setImmediate(resolve));
  }
}
