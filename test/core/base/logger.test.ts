// One JSON object per line, whatever is logged.
import { describe, expect, it } from 'vitest';
import { createLogger } from '../../../core/base/logger.ts';
import { PortolanError } from '../../../shared/errors.ts';

function collecting(level: 'debug' | 'warn' = 'debug') {
  const lines: string[] = [];
  const logger = createLogger((line) => lines.push(line), { level, now: () => 0 });
  return { logger, parsed: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>), lines };
}

describe('createLogger', () => {
  it('writes time, level, message and the fields of the child and the line', () => {
    const { logger, parsed } = collecting();
    logger.child({ part: 'web' }).info('started', { port: 7 });
    expect(parsed()).toEqual([{ at: '1970-01-01T00:00:00.000Z', level: 'info', msg: 'started', part: 'web', port: 7 }]);
  });

  it('drops lines below its level', () => {
    const { logger, parsed } = collecting('warn');
    logger.info('no');
    logger.warn('yes');
    expect(parsed().map((line) => line['msg'])).toEqual(['yes']);
  });

  it('survives cycles, bigints and errors, and never breaks a line in two', () => {
    const { logger, parsed, lines } = collecting();
    const loop: Record<string, unknown> = { n: 1n };
    loop['self'] = loop;
    logger.error('a\nb', { loop, error: new PortolanError('INTERNAL', 'broken') });
    expect(lines[0]).not.toContain('\n');
    expect(parsed()[0]).toMatchObject({
      loop: { n: '1', self: '[again]' },
      error: { code: 'INTERNAL', message: 'broken' },
    });
  });

  it('cuts a line that is far too long', () => {
    const { logger, lines } = collecting();
    logger.info('x'.repeat(1_000_000), { big: 'y'.repeat(1_000_000) });
    expect(lines[0]?.length).toBeLessThan(20_000);
  });
});
