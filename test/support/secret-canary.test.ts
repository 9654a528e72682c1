// A secret is found wherever it is hidden; a search that finds nothing would prove nothing.
import { describe, expect, it } from 'vitest';
import { reversed, SECRET, secretsIn } from './secret-canary.ts';

const around = (text: string): string => `before${text}after`;
const TOKEN = `${Buffer.from('{"alg":"ES256"}').toString('base64url')}.cGF5bG9hZC1vZi1pdA.c2lnbmF0dXJlLW9mLWl0`;

describe('secretsIn', () => {
  it.each<[string, string]>([
    ['plain', SECRET],
    ['json', `quote"and/slash`],
    ['url', encodeURIComponent(SECRET)],
    ['url', encodeURIComponent(SECRET).replaceAll(/%../g, (escape) => escape.toLowerCase())],
    ['hex', Buffer.from(SECRET).toString('hex').toUpperCase()],
    ['reversed', reversed(SECRET)],
  ])('finds a secret in the spelling %s', (how, spelling) => {
    const secret = how === 'json' ? spelling : SECRET;
    const text = around(how === 'json' ? JSON.stringify(spelling) : spelling);
    expect(secretsIn(text, { it: secret })).toContain(`it, ${how}`);
    expect(secretsIn(around(''), { it: secret })).toEqual([]);
  });

  it.each(['', 'x', 'xy', 'user:'])('finds it in base64 behind %j', (before) => {
    for (const form of ['base64', 'base64url'] as const) {
      const text = Buffer.from(`${before}${SECRET}z`).toString(form);
      expect(secretsIn(text, { it: SECRET })).toEqual(['it, base64']);
    }
  });

  it('finds the payload or the signature of a token alone, and not its header', () => {
    const [header = '', payload = '', signature = ''] = TOKEN.split('.');
    expect(secretsIn(around(payload), { it: TOKEN })).toEqual(['it, plain', 'it, json', 'it, url']);
    expect(secretsIn(around(signature), { it: TOKEN })).not.toEqual([]);
    expect(secretsIn(around(header), { it: TOKEN })).toEqual([]);
  });
});
