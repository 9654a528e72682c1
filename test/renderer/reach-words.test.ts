// The words of the matrix, of what needs a person, and of the checks.
import { describe, expect, it } from 'vitest';
import { allNeeds } from '../../renderer/features/connections/all-needs.ts';
import { cellWords, monogramOf } from '../../renderer/features/connections/cell-words.ts';
import { checksText } from '../../renderer/features/server/checks-text.ts';
import { nextStepOf } from '../../renderer/features/server/next-step.ts';
import type { SignIn } from '../../shared/model/identity.ts';
import { deviceSignIn, identities, waitingSignIns } from '../support/sign-in-data.ts';
import { formQuestion } from '../support/fake-reach.ts';
import { statuses } from '../support/fake-host-data.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const cell = { server: 'github', client: 'Cursor', state: 'live', sessions: 1, inFlight: 0, calls24h: 1 } as const;

describe('words on who reaches what', () => {
  it.each([
    [undefined, 'ready', undefined, 'Not used', 'not used'],
    [{ ...cell, medianMs: 91.4 }, 'ready', 'ready', '91 ms', 'live, 91 milliseconds'],
    [{ ...cell, medianMs: 1900 }, 'ready', 'degraded', '1.90 s', 'live, 1.9 seconds, slow'],
    [cell, 'ready', 'ready', 'Live', 'live'],
    [cell, 'needs-sign-in', 'sign-in', 'Sign in', 'waits for a sign-in'],
    [cell, 'failed', 'failed', 'Failed', 'the server failed'],
    [{ ...cell, state: 'used', lastUseAt: '2026-11-22T10:00:00Z' }, 'ready', 'idle', '2 h ago', 'last used 2 h ago'],
  ] as const)('%o at a server that is %s shows %s, %s', (given, state, mark, text, spoken) => {
    expect(cellWords(given, { state }, NOW)).toMatchObject({ mark, text, spoken });
  });

  it('shortens names of clients to two letters', () => {
    expect(['Claude Desktop', 'cursor', 'claude-code', 'X'].map(monogramOf)).toEqual(['CD', 'cu', 'CC', 'X']);
  });

  it('puts questions first, then failures, then sign-ins as one line', () => {
    const servers = statuses(NOW);
    const other = servers.map((server) =>
      server.name === 'memory' ? { ...server, state: 'needs-sign-in' as const } : server,
    );
    const needs = allNeeds({
      questions: [formQuestion(NOW)],
      servers: other,
      signIns: [],
      identities: [],
      drift: [],
      tasks: [],
    });
    expect(needs.map(({ subject, claim }) => `${subject} ${claim}`)).toEqual([
      'github needs your answer.',
      'notes cannot start.',
      'crashy failed.',
      'tickets and memory need a sign-in.',
      'warehouse is unstable.',
    ]);
    expect(needs[0]?.to).toBe('/questions/q1');
  });

  it('tells what waits for a sign-in in one line, with the calls that wait and the clients that made them', () => {
    const servers = statuses(NOW);
    const line = (signIns: SignIn[], from = servers) => {
      const need = allNeeds({
        questions: [],
        servers: from,
        signIns,
        identities: identities(NOW),
        drift: [],
        tasks: [],
      }).find(({ mark }) => mark === 'sign-in');
      return need && [`${need.subject} ${need.claim} ${need.detail}`, need.action, need.to];
    };
    const [first, ...more] = waitingSignIns(NOW);
    expect(line(first === undefined ? [] : [first])).toEqual([
      'tickets needs a sign-in. 3 calls are waiting (Claude Desktop, Cursor).',
      'Open queue',
      '/identities',
    ]);
    expect(line(waitingSignIns(NOW))?.[0]).toBe(
      'tickets and warehouse need a sign-in. 4 calls are waiting (Claude Desktop, Cursor).',
    );
    const all = [...waitingSignIns(NOW), { ...deviceSignIn(NOW), state: 'waiting' as const }];
    expect(line(all)?.[0]).toBe(
      '3 sign-ins wait for you. tickets, warehouse, Acme Staging. 4 calls are waiting (Claude Desktop, Cursor).',
    );
    // What is under way waits for nobody; a server that is in no queue leads to its own page.
    const ready = servers.filter(({ state }) => state === 'ready');
    expect(line([deviceSignIn(NOW)], ready)).toBeUndefined();
    expect(line(more.slice(1))?.slice(1)).toEqual(['Sign in', '/servers/tickets/sign-in']);
    const hostile = { ...first, clients: ['Cur\u202Esor'] } as SignIn;
    expect(line([hostile])?.[0]).toContain('Cur⟨U+202E⟩sor');
  });

  it('tells the checks as text with code, cause and next step, and leaves nothing hidden in it', () => {
    const text = checksText('notes', [
      { id: 'a', title: 'The entry is valid', outcome: 'ok' },
      {
        id: 'b',
        title: 'The program exists',
        outcome: 'failed',
        code: 'SPAWN_NOT_FOUND',
        detail: 'no\u202E file',
        hint: 'Install it.',
      },
      { id: 'c', title: 'The server answers', outcome: 'skipped', detail: 'never' },
    ]);
    expect(text).toBe(
      [
        'Checks of notes',
        'Passed: The entry is valid',
        'Failed: The program exists',
        '  SPAWN_NOT_FOUND: no⟨U+202E⟩ file',
        '  Next: Install it.',
        'Not reached: The server answers',
      ].join('\n'),
    );
  });

  it('gives every code one next step', () => {
    expect(
      ['SPAWN_NOT_FOUND', 'SECRET_NOT_FOUND', 'SERVER_CRASH_LOOP'].map((code) => nextStepOf('a b', code).to),
    ).toEqual(['/servers/a%20b/edit', '/settings', '/servers/a%20b/logs']);
  });
});
