import { describe, expect, it } from 'vitest';
import { ERROR_WORDS } from '../../renderer/words/errors.ts';
import { toFault } from '../../renderer/words/fault.ts';
import { ERROR_CODES } from '../../shared/errors.ts';

describe('what a person reads about an error', () => {
  it('every code has one next step that ends as a sentence', () => {
    for (const code of ERROR_CODES) expect(ERROR_WORDS[code].hint, code).toMatch(/^[A-Z].*[.]$/s);
  });

  it.each([
    [{ code: 'DUPLICATE_NAME', message: 'a server named x exists' }, 'DUPLICATE_NAME', 'A server named x exists.'],
    [
      { code: 'HOST_DRAINING', message: 'draining' },
      'HOST_DRAINING',
      'The host is stopping. Calls in flight finish first.',
    ],
    [
      {
        code: 'BAD_REQUEST',
        status: 400,
        message: 'Input validation failed',
        data: { issues: [{ message: 'too short' }] },
      },
      'INPUT_INVALID',
      'Too short.',
    ],
    [
      { code: 'MALFORMED', status: 401, message: 'no' },
      'UNAUTHENTICATED',
      'This tab is not signed in to the host, or its time is over.',
    ],
    [
      new TypeError('Failed to fetch'),
      'HOST_UNREACHABLE',
      'The Portolan host stopped. Open clients reconnect by themselves.',
    ],
    [undefined, 'INTERNAL', 'No cause was given.'],
  ])('%j', (error, code, cause) => {
    expect(toFault(error)).toMatchObject({ code, cause });
  });

  it('the host’s hint wins over the general one', () => {
    expect(toFault({ code: 'SPAWN_NOT_FOUND', message: 'x', data: { hint: 'Install node.' } }).hint).toBe(
      'Install node.',
    );
  });
});
