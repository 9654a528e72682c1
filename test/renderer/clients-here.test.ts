import { expect, test } from 'vitest';
import { clientsHere } from '../../renderer/features/first-run/clients-here.ts';
import type { ClientInfo } from '../../shared/model/import-result.ts';

function info(id: string, paths: readonly string[], found = true): ClientInfo {
  const files = paths.map((path) => ({ scope: 'user', path, exists: true }));
  return { id, displayName: id, monogram: 'xx', found, running: false, files, reload: '' };
}

test('a client that only reads the files of one before it is not counted; one with a file of its own is', () => {
  const clients = [
    info('editor', ['/a', '/b']),
    info('its-cli', ['/a']),
    info('fork', ['/b', '/c']),
    info('absent', [], false),
    info('by-its-program', []),
  ];
  expect(clientsHere(clients).map(({ id }) => id)).toEqual(['editor', 'fork', 'by-its-program']);
});
