// Every step of leaving runs, in order and in time.
import { describe, expect, it } from 'vitest';
import { silentLogger } from '../../core/base/logger.ts';
import { runShutdown } from '../../host/shutdown.ts';

describe('runShutdown', () => {
  it('runs the steps in order, past one that fails and one that never ends, and names those', async () => {
    const ran: string[] = [];
    const step = (name: string, run: () => void | Promise<void>) => ({
      name,
      run: () => {
        ran.push(name);
        return run();
      },
    });
    const failed = await runShutdown(
      [
        step('first', () => undefined),
        step('throws', () => {
          throw new Error('no');
        }),
        step('rejects', async () => Promise.reject(new Error('no'))),
        step('hangs', () => new Promise(() => undefined)),
        step('last', async () => undefined),
      ],
      { deadlineMs: 300, logger: silentLogger },
    );
    expect(ran).toEqual(['first', 'throws', 'rejects', 'hangs', 'last']);
    expect(failed).toEqual(['throws', 'rejects', 'hangs']);
  });
});
