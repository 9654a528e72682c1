// What state a server is in, from what happened to its connections.
import { expect, test } from 'vitest';
import { INITIAL_MODEL, reduceServer, type ServerEvent, stateOf } from '../../../core/connections/server-state.ts';
import { PortolanError } from '../../../shared/errors.ts';

const crash = new PortolanError('SERVER_EXITED', 'It ended.');
const signIn = new PortolanError('NEEDS_SIGN_IN', 'Sign in.');

const opened = (connection: number): ServerEvent => ({ kind: 'opened', connection });
const handshake = (connection: number): ServerEvent => ({ kind: 'handshake', connection });
const closed = (connection: number, error?: PortolanError): ServerEvent =>
  error === undefined ? { kind: 'closed', connection } : { kind: 'closed', connection, error };

test.each<[string, ServerEvent[], string]>([
  ['nothing happened', [], 'stopped'],
  ['opened', [opened(1)], 'starting'],
  ['answered', [opened(1), handshake(1)], 'ready'],
  ['ended on purpose', [opened(1), handshake(1), closed(1)], 'stopped'],
  ['crashed', [opened(1), handshake(1), closed(1, crash)], 'failed'],
  ['one of two crashed', [opened(1), opened(2), handshake(1), handshake(2), closed(2, crash)], 'degraded'],
  ['the other ended on purpose', [opened(1), opened(2), handshake(1), handshake(2), closed(2)], 'ready'],
  ['ready while a second starts', [opened(1), handshake(1), opened(2)], 'ready'],
  ['crashed and starting again', [opened(1), closed(1, crash), opened(2)], 'starting'],
  ['crashed and ready again', [opened(1), closed(1, crash), opened(2), handshake(2)], 'ready'],
  ['in trouble', [opened(1), handshake(1), { kind: 'problem', error: crash }], 'degraded'],
  ['recovered', [opened(1), handshake(1), { kind: 'problem', error: crash }, { kind: 'recovered' }], 'ready'],
  ['wants a sign-in', [opened(1), handshake(1), { kind: 'problem', error: signIn }], 'needs-sign-in'],
  ['still wants it when closed', [opened(1), closed(1, signIn)], 'needs-sign-in'],
  ['stopped after a crash', [opened(1), closed(1, crash), { kind: 'stopped' }], 'stopped'],
  ['an answer of a connection that is gone', [handshake(1)], 'stopped'],
])('%s: %j gives %s', (_what, events, state) => {
  expect(stateOf(events.reduce(reduceServer, INITIAL_MODEL))).toBe(state);
});
