// A client is back when a new session of a written server has sent its `initialize`, whatever it calls itself.
import { expect, it } from 'vitest';
import { clientOf, seenClients, type WaitedFor } from '../../renderer/features/first-run/client-seen.ts';
import type { Session } from '../../shared/model/server-status.ts';

const CLIENTS = [
  { id: 'claude-desktop', displayName: 'Claude Desktop' },
  { id: 'claude-code', displayName: 'Claude Code' },
  { id: 'cursor', displayName: 'Cursor' },
  { id: 'cursor-agent', displayName: 'Cursor Agent' },
  { id: 'vscode', displayName: 'VS Code' },
  { id: 'vscode-insiders', displayName: 'VS Code Insiders' },
];

const session = (name: string, rest: Partial<Session> = {}): Session => ({
  id: 's1',
  server: 'github',
  client: { name, version: '1' },
  since: '2026-01-01T00:00:00.000Z',
  inFlight: 0,
  calls: 0,
  ...rest,
});

const waiting = (client: string, rest: Partial<WaitedFor> = {}): WaitedFor => ({
  client,
  servers: ['github'],
  before: [],
  ...rest,
});

it.each([
  ['claude-ai', 'claude-desktop'],
  ['claude-code', 'claude-code'],
  ['cursor-vscode', 'cursor'],
  ['Cursor Agent', 'cursor-agent'],
  ['Visual Studio Code', 'vscode'],
  ['Visual Studio Code - Insiders', 'vscode-insiders'],
  ['something else', undefined],
])('%s is %s', (name, id) => {
  expect(clientOf(session(name), CLIENTS)).toBe(id);
});

it('the program tells a client that gives no name of its own', () => {
  const client = { name: 'node', executable: '/opt/Cursor/node' };
  expect(clientOf({ client }, CLIENTS)).toBe('cursor');
});

it('only a new session of a written server whose client has introduced itself counts', () => {
  const seen = (one: Session, waited = [waiting('cursor'), waiting('vscode')]) => [
    ...seenClients([one], waited, CLIENTS).keys(),
  ];
  expect(seen(session('cursor-vscode'))).toEqual(['cursor']);
  expect(seen(session('cursor-vscode', { client: { name: 'cursor' } }))).toEqual([]);
  expect(seen(session('cursor-vscode', { client: { name: 'cursor' }, protocolVersion: '2025-11-25' }))).toEqual([
    'cursor',
  ]);
  expect(seen(session('cursor-vscode', { server: 'other' }))).toEqual([]);
  expect(seen(session('cursor-vscode'), [waiting('cursor', { before: ['s1'] })])).toEqual([]);
  expect(seen(session('claude-code'))).toEqual([]);
});

it('a name that nobody knows counts only while one client is waited for, a known one never for another', () => {
  const keys = (name: string, waited: WaitedFor[]) => [...seenClients([session(name)], waited, CLIENTS).keys()];
  expect(keys('mystery', [waiting('cursor')])).toEqual(['cursor']);
  expect(keys('mystery', [waiting('cursor'), waiting('vscode')])).toEqual([]);
  expect(keys('claude-code', [waiting('cursor')])).toEqual([]);
});
