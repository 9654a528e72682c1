// The matrix from sessions and from the log.
import { describe, expect, it } from 'vitest';
import { connectionMatrix } from '../../host/connection-matrix.ts';
import type { ServerStatus, Session } from '../../shared/model/server-status.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const ago = (hours: number): string => new Date(NOW - hours * 3_600_000).toISOString();
const server = (name: string, protocolVersion?: string): ServerStatus => ({
  name,
  state: 'ready',
  enabled: true,
  since: ago(1),
  pids: [],
  sessions: 0,
  callsToday: 0,
  ...(protocolVersion === undefined ? {} : { protocolVersion }),
});
const session = (id: string, client: string, name: string): Session => ({
  id,
  server: name,
  client: { name: client },
  since: ago(1),
  inFlight: 1,
  calls: 0,
});
const use = (client: string, name: string, hours: number, times: readonly number[]) => ({
  client,
  server: name,
  lastAt: ago(hours),
  calls: 5,
  recent: times.map((tookMs, at) => ({ at: ago(hours + at), tookMs })),
});

describe('connection matrix', () => {
  it('joins live sessions and past calls, most recent client first, without Portolan itself', () => {
    const matrix = connectionMatrix({
      now: NOW,
      servers: [server('github', '2026-07-28'), server('files', '2025-11-25'), server('new')],
      sessions: [
        session('a', 'Cursor', 'github'),
        session('b', 'Cursor', 'github'),
        session('c', 'Portolan window', 'files'),
      ],
      uses: [
        use('Codex', 'github', 2, [10, 30]),
        use('Cursor', 'github', 1, [20]),
        use('Old', 'files', 24 * 31, [5]),
        use('Codex', 'gone', 1, [5]),
        use('Portolan command line', 'files', 1, [5]),
      ],
      versionOf: (id) => (id === 'b' ? '2025-11-25' : undefined),
    });
    expect(matrix.clients).toEqual([
      { name: 'Cursor', live: 2, lastUseAt: ago(1) },
      { name: 'Codex', live: 0, lastUseAt: ago(2) },
    ]);
    expect(matrix.servers).toEqual([
      { name: 'github', era: 'modern', protocolVersion: '2026-07-28', medianMs: 20, calls24h: 10 },
      { name: 'files', era: 'legacy', protocolVersion: '2025-11-25', calls24h: 0 },
      { name: 'new', era: 'unknown', calls24h: 0 },
    ]);
    expect(matrix.cells).toHaveLength(2);
    expect(matrix.cells.find(({ client }) => client === 'Cursor')).toEqual({
      server: 'github',
      client: 'Cursor',
      state: 'live',
      sessions: 2,
      inFlight: 2,
      lastUseAt: ago(1),
      medianMs: 20,
      calls24h: 5,
      protocolVersion: '2025-11-25',
    });
    expect(matrix.cells.find(({ client }) => client === 'Codex')).toMatchObject({ state: 'used', medianMs: 20 });
  });
});
