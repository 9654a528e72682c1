// The redactor hides known secrets in every form in which they travel, and leaves ordinary text alone.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Redactor } from '../../../core/base/redact.ts';

const secretText = fc.string({ minLength: 8, maxLength: 60 }).filter((text) => !'[redacted]'.includes(text));

describe('Redactor', () => {
  it('SEC-09 hides a known secret in plain, JSON-escaped, URL-encoded, hex and base64 form', () => {
    fc.assert(
      fc.property(secretText, fc.nat(5), (secret, before) => {
        const redactor = new Redactor();
        redactor.addSecret(secret);
        const prefix = 'u'.repeat(before);
        const forms = [
          secret,
          JSON.stringify({ secret }),
          JSON.stringify(JSON.stringify(secret)),
          encodeURIComponent(secret),
          Buffer.from(secret).toString('hex'),
        ];
        for (const form of forms) {
          const out = redactor.redact(`before ${form} after`);
          expect(out).not.toContain(secret);
          expect(out).toContain('[redacted]');
        }
        const basic = Buffer.from(`${prefix}${secret}zz`).toString('base64');
        expect(redactor.redact(basic)).toContain('[redacted]');
      }),
      { numRuns: 300 },
    );
  });

  it('forgets a secret only when it was removed as often as it was added', () => {
    const redactor = new Redactor();
    redactor.addSecret('correct horse');
    redactor.addSecret('correct horse');
    redactor.removeSecret('correct horse');
    expect(redactor.redact('a correct horse b')).toBe('a [redacted] b');
    redactor.removeSecret('correct horse');
    expect(redactor.redact('a correct horse b')).toBe('a correct horse b');
  });

  it('hides well-known token shapes that nobody registered', () => {
    const redactor = new Redactor();
    const tokens = [
      `ghp_${'a1B2'.repeat(9)}`,
      `xoxb-${'1234567890-'.repeat(2)}abc`,
      `sk-proj-${'Zz9_'.repeat(8)}`,
      'AKIAIOSFODNN7EXAMPLE',
      `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.${'c2ln'.repeat(6)}`,
    ];
    for (const token of tokens) expect(redactor.redact(`x ${token} y`)).toBe('x [redacted] y');
    expect(redactor.redact('Authorization: Bearer abcdefgh12345')).toBe('Authorization: Bearer [redacted]');
    expect(redactor.redact('https://me:hunter2@h/p?api_key=k1&x=1')).toBe(
      'https://me:[redacted]@h/p?api_key=[redacted]&x=1',
    );
    expect(redactor.redact('{"client_secret": "abc def"}')).toBe('{"client_secret": "[redacted]"}');
  });

  it('leaves ordinary lines as they are', () => {
    const redactor = new Redactor();
    redactor.addSecret('abc');
    const line = 'server github: SPAWN_NOT_FOUND after 12 ms, see https://example.org/a?page=2';
    expect(redactor.redact(line)).toBe(line);
  });

  it('stays linear on hostile text', () => {
    const redactor = new Redactor();
    const text = `${'-----BEGIN '.repeat(20_000)}${'eyJ'.repeat(50_000)}${'://a:'.repeat(30_000)}`;
    const start = process.cpuUsage();
    redactor.redact(text);
    expect(process.cpuUsage(start).user / 1e6).toBeLessThan(5);
  });
});
