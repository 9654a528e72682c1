import { expect, test } from 'vitest';
import { cardDifferences } from '../../../core/registry/card-difference.ts';
import { readServerJson } from '../../../core/registry/server-json.ts';
import { type ServerEntry, serverOptionsSchema } from '../../../shared/model/server-entry.ts';

const remote = {
  type: 'streamable-http',
  url: 'https://{tenant}.notes.example/mcp',
  supportedProtocolVersions: ['2025-11-25'],
};
const card = readServerJson({
  name: 'io.example/notes',
  title: 'Notes',
  version: '1.0.0',
  description: '',
  remotes: [remote],
});

function entry(url: string, sha256 = card.sha256): ServerEntry {
  const options = serverOptionsSchema.parse({ source: { kind: 'card', url: 'https://notes.example/card', sha256 } });
  return { name: 'notes', endpoint: { type: 'streamable-http', url, headers: {} }, options };
}

test('CRD-02 a card that tells what the server tells gives no note', () => {
  for (const name of ['io.example/notes', 'notes', 'Notes', undefined]) {
    const reality = { name, version: '1.0.0', protocolVersion: '2025-11-25' };
    expect(cardDifferences(card, entry('https://acme.notes.example/mcp'), reality)).toEqual([]);
  }
});

test.each([
  ['name', { name: 'other' }],
  ['version', { version: '2.0.0' }],
  ['protocol', { protocolVersion: '2026-07-28' }],
])('CRD-02 another %s is told', (word, change) => {
  const reality = { name: 'notes', version: '1.0.0', protocolVersion: '2025-11-25', ...change };
  const found = cardDifferences(card, entry('https://acme.notes.example/mcp'), reality);
  expect(found).toHaveLength(1);
  expect(found[0]).toContain(word === 'name' ? 'calls itself other' : word);
});

test('CRD-02 another address and another card are told', () => {
  const reality = { name: undefined, version: undefined, protocolVersion: undefined };
  expect(cardDifferences(card, entry('https://evil.example/x.notes.example/mcp'), reality)).toEqual([
    'The card names another address than the entry.',
  ]);
  expect(cardDifferences(card, entry('https://a.notes.example/mcp', 'f'.repeat(64)), reality)).toHaveLength(1);
});
