// One client of our own for each caller and server, in every order of what happens.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { recorderGateway } from '../../support/gateway-rig.ts';
import { PortolanError } from '../../../shared/errors.ts';

test('CON-07: who asks at the same time shares one start; a failed start is told to all and not kept', async () => {
  const { gateway, source } = recorderGateway();
  const open = source.open.bind(source);
  let run = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.nat(2),
      fc.integer({ min: 1, max: 5 }),
      async (scheduler, failures, callers) => {
        const server = `server-${run++}`;
        let starts = 0;
        let running = 0;
        let most = 0;
        source.open = async (...about) => {
          const n = starts++;
          running++;
          most = Math.max(most, running);
          await scheduler.schedule(Promise.resolve(), 'started');
          running--;
          if (n < failures) throw new PortolanError('SPAWN_NOT_FOUND', 'There is no such program.');
          return open(...about);
        };
        const asked = Array.from({ length: callers }, async () => {
          await scheduler.schedule(Promise.resolve(), 'asks');
          return gateway
            .localClient({ name: 'window' }, server)
            .catch((error: unknown) => (error as PortolanError).code);
        });
        await scheduler.waitIdle();
        const told = await Promise.all(asked);
        expect(most).toBeLessThanOrEqual(1);
        expect(starts).toBeLessThanOrEqual(failures + 1);
        const clients = new Set(told.filter((each) => typeof each !== 'string'));
        expect(clients.size).toBeLessThanOrEqual(1);
        expect(new Set(told.filter((each) => typeof each === 'string')).size).toBeLessThanOrEqual(1);
        await Promise.all([...clients].map((client) => client.close()));
      },
    ),
    { numRuns: 3_000 },
  );
}, 120_000);
