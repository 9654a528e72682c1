// The four rows of the issuer rule, for answers with a code and with an error, against every near miss of an issuer.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkIssuer } from '../../../core/oauth/iss-rule.ts';
import { thrown } from '../../support/thrown.ts';

const ISSUER = 'https://as.example/tenant';
const KINDS = [
  ['a code', 'code=SplxlOBe&state=s'],
  ['an error', 'error=access_denied&error_description=call+0900+1234&error_uri=https%3A%2F%2Fevil.example&state=s'],
] as const;

describe.each(KINDS)('an answer with %s', (_title, rest) => {
  const answer = (iss?: string): URLSearchParams =>
    new URLSearchParams(iss === undefined ? rest : `${rest}&${new URLSearchParams({ iss })}`);

  test.each([
    ['OA-04 AUT-08: advertised and equal', true, ISSUER],
    ['OA-04 AUT-08: not advertised, equal all the same', false, ISSUER],
    ['OA-04 AUT-08: not advertised and not there', false, undefined],
  ])('%s: goes on', (_row, advertised, iss) => {
    expect(() => checkIssuer(answer(iss), { issuer: ISSUER, advertised })).not.toThrow();
  });

  const misses: readonly (readonly [string, string | undefined])[] = [
    ['another host', 'https://evil.example/tenant'],
    ['a slash at the end', `${ISSUER}/`],
    ['upper case', 'https://AS.example/tenant'],
    ['the usual port', 'https://as.example:443/tenant'],
    ['percent-encoding', 'https://as.example/%74enant'],
    ['dot segments', 'https://as.example/./tenant'],
    ['a space', ` ${ISSUER}`],
    ['a fragment', `${ISSUER}#`],
    ['nothing', ''],
  ];
  const rows = misses.flatMap(([title, iss]) => [true, false].map((advertised) => [title, advertised, iss] as const));

  test.each([...rows, ['advertised and not there', true, undefined] as const])(
    'OA-04 AUT-09: %s (advertised: %s) is refused, and its words are not shown',
    (_title, advertised, iss) => {
      const error = thrown(() => checkIssuer(answer(iss), { issuer: ISSUER, advertised }));
      expect(error).toMatchObject({ code: 'ISSUER_MISMATCH' });
      expect(error.message).toContain(ISSUER);
      expect(JSON.stringify([error.message, error.hint, error.data])).not.toMatch(
        /0900|access_denied|evil\.example$|Splx/,
      );
    },
  );

  test('OA-04: two issuers are none', () => {
    const twice = new URLSearchParams(`${answer(ISSUER)}&${new URLSearchParams({ iss: ISSUER })}`);
    const error = thrown(() => checkIssuer(twice, { issuer: ISSUER, advertised: false }));
    expect(error.code).toBe('ISSUER_MISMATCH');
  });
});

test('OA-04: only the very same text passes', () => {
  const near = fc.oneof(
    fc.webUrl(),
    fc.string(),
    fc.constantFrom(ISSUER, ISSUER.toUpperCase(), `${ISSUER}/`, encodeURI(ISSUER)),
  );
  fc.assert(
    fc.property(near, near, fc.boolean(), (issuer, iss, advertised) => {
      const check = (): void => checkIssuer(new URLSearchParams({ iss, code: 'c' }), { issuer, advertised });
      if (issuer === iss) expect(check).not.toThrow();
      else expect(check).toThrow();
    }),
  );
});
