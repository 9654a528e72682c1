// How long, by which way and in which state somebody is signed in, in words.
import { expect, it } from 'vitest';
import {
  identityWord,
  leftUntil,
  personName,
  serverSignInWord,
  wayWord,
  whyWaiting,
} from '../../renderer/words/sign-ins.ts';
import type { ServerSignIn } from '../../shared/model/identity.ts';
import { identities, serverSignIns, waitingSignIns } from '../support/sign-in-data.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const in_ = (ms: number) => new Date(NOW + ms).toISOString();

it.each([
  [-1, undefined],
  [0, undefined],
  [30_000, 'less than 1 min'],
  [18 * 60_000, '18 min'],
  [6 * 3_600_000 + 5, '6 h'],
  [30 * 3_600_000, '30 h'],
  [72 * 3_600_000, '3 d'],
])('%i ms from now: %s', (ms, words) => {
  expect(leftUntil(in_(ms), NOW)).toBe(words);
});

it('a time that nobody knows is not told', () => {
  expect([leftUntil(undefined, NOW), leftUntil('soon', NOW)]).toEqual([undefined, undefined]);
});

it('tells each identity by mark and word', () => {
  expect(identities(NOW).map((identity) => Object.values(identityWord(identity, NOW)).join(': '))).toEqual([
    'ready: Signed in, 6 h left',
    'degraded: Ends in 18 min',
    'stopped: Not signed in',
    'sign-in: Ended',
  ]);
});

it('tells each server by its way and for how long', () => {
  const rows = serverSignIns(NOW).map((status) => [
    status.server,
    wayWord(status, identities(NOW)),
    serverSignInWord(status, NOW).word,
  ]);
  expect(rows).toEqual([
    ['github', 'Through Acme SSO', 'Renews itself, 52 min'],
    ['sentry', 'Through Acme SSO', 'Refused'],
    ['tickets', 'Own sign-in', 'Ended'],
    ['warehouse', 'Own sign-in', 'Renews itself, 9 min'],
  ]);
  const header: ServerSignIn = {
    server: 'x',
    way: 'header',
    state: 'signed-in',
    scopes: [],
    renews: false,
    bound: false,
  };
  expect([wayWord(header, []), serverSignInWord(header, NOW).word]).toEqual([
    'Header in the keychain',
    'Until changed',
  ]);
});

it('says why a sign-in waits, with names of others made visible and short', () => {
  const [, stepUp] = waitingSignIns(NOW);
  if (stepUp === undefined) throw new Error('no step-up');
  expect(whyWaiting(stepUp)).toBe('run_report in Cursor needs one more right.');
  expect(whyWaiting({ ...stepUp, newScopes: ['a', 'b'], clients: [] })).toBe('run_report needs 2 more rights.');
  expect(whyWaiting({ ...stepUp, tool: `\u202E${'x'.repeat(90)}` })).toMatch(/^⟨U\+202E⟩x+…x+ in Cursor/);
});

it('OA-33 a person is shown with hidden characters as tokens', () => {
  const person = { name: 'Maya', email: 'maya\u202E@acme.example\u0007', subject: 's' };
  expect(personName({ person })).toBe('maya⟨U+202E⟩@acme.example⟨U+0007⟩');
  expect(personName({ person: { subject: 'x'.repeat(100) } })).toHaveLength(40);
  expect(personName({})).toBeUndefined();
});
