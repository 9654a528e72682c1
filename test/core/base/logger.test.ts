// One JSON object per line, whatever is logged.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLogger } from '../../../core/base/logger.ts';
import { Redactor } from '../../../core/base/redact.ts';
import { PortolanError } from '../../../shared/errors.ts';
import { secretsIn } from '../../support/secret-canary.ts';

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

  it('SEC-09 leaves no part of a secret in a line, whatever of an error holds it and wherever the line is cut', () => {
    const secret = fc.string({ minLength: 12, maxLength: 80, unit: 'grapheme-ascii' }).map((text) => `#${text}#`);
    fc.assert(
      fc.property(
        secret,
        fc.constantFrom(...CARRIERS),
        fc.integer({ min: 7_900, max: 8_100 }),
        (value, carry, before) => {
          const redactor = new Redactor();
          redactor.addSecret(value);
          const lines: string[] = [];
          const logger = createLogger((line) => lines.push(line), { redact: (text) => redactor.redact(text) });
          logger.error('failed', { problem: carry(value) });
          logger.error(`${'.'.repeat(before)}${value}${'.'.repeat(20_000)}`);
          logger.error(`${'.'.repeat(before)} ${Buffer.from(value).toString('base64')} ${'.'.repeat(20_000)}`);
          expect(secretsIn(lines.join('\n'), { value })).toEqual([]);
          expect(lines[0]).toContain('[redacted]');
          // Half of it is too much as well.
          expect(lines[1]).not.toContain(JSON.stringify(value.slice(0, 8)).slice(1, -1));
          expect(lines[2]).not.toContain(Buffer.from(value).toString('base64').slice(0, 11));
        },
      ),
      { numRuns: 300 },
    );
  });
});

/** What libraries hang on their errors. */
const CARRIERS: readonly ((secret: string) => unknown)[] = [
  (secret) => new Error(`401 for Authorization: Bearer ${secret}`),
  (secret) => Object.assign(new Error('refused'), { code: secret }),
  (secret) => ({ request: { headers: { Authorization: `Basic ${Buffer.from(`me:${secret}`).toString('base64')}` } } }),
  (secret) => ({ headers: ['Authorization', `Bearer ${secret}`] }),
  (secret) => ({ response: { body: JSON.stringify({ error: 'x', access_token: secret }) } }),
  (secret) => ({ body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: secret }).toString() }),
  (secret) => ({ url: `https://x.example/mcp?key=${encodeURIComponent(secret)}` }),
  (secret) => ({ body: Buffer.from(secret).toString('hex') }),
];
