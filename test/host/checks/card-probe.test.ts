import { expect, test } from 'vitest';
import { readServerJson } from '../../../core/registry/server-json.ts';
import { cardProbe } from '../../../host/checks/card-probe.ts';
import type { Patient } from '../../../host/checks/server-checks.ts';
import { PortolanError } from '../../../shared/errors.ts';
import { serverOptionsSchema } from '../../../shared/model/server-entry.ts';
import { littleRegistries } from '../../support/little-registries.ts';

const CARD = readServerJson({
  name: 'io.example/notes',
  version: '1.0.0',
  remotes: [{ type: 'streamable-http', url: 'https://notes.example/mcp' }],
});

/** The probe of an entry from a card, its server calling itself `version`; `card`: what is read at its address. */
function probeOf(version: string | undefined, card: () => typeof CARD, kind: 'card' | 'user' = 'card') {
  const patient: Pick<Patient, 'entry' | 'introduction'> & { parts: object } = {
    entry: {
      name: 'notes',
      endpoint: { type: 'streamable-http', url: 'https://notes.example/mcp', headers: {} },
      options: serverOptionsSchema.parse({ source: { kind, url: 'https://notes.example/card', sha256: CARD.sha256 } }),
    },
    parts: {
      registries: { ...littleRegistries, card: async () => ({ kind: 'card', server: card(), document: {}, url: '' }) },
    },
    ...(version !== undefined && {
      introduction: {
        info: { protocolVersion: '2025-11-25', serverInfo: { name: 'notes', version } },
        capabilities: {},
      },
    }),
  };
  return cardProbe(patient as Patient);
}

test('CRD-02 the doctor compares the card with what the server says, and only ever notes a difference', async () => {
  const outcome = async (version: string | undefined, card = () => CARD) => probeOf(version, card)[0]?.run();
  expect(await outcome('1.0.0')).toEqual({ outcome: 'ok', detail: 'io.example/notes 1.0.0' });
  expect(await outcome('2.0.0')).toMatchObject({
    outcome: 'warning',
    detail: expect.stringContaining('version 1.0.0'),
  });
  expect(await outcome(undefined)).toMatchObject({ outcome: 'skipped' });
  const gone = (): never => {
    throw new PortolanError('NOT_FOUND', 'notes.example has nothing of that name.');
  };
  expect(await outcome('1.0.0', gone)).toMatchObject({ outcome: 'warning', code: 'NOT_FOUND' });
});

test('an entry that came from no card has no such probe', () => {
  expect(probeOf('1.0.0', () => CARD, 'user')).toEqual([]);
});
