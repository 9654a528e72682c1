// Whatever stands in a file, every format answers with a result of the contract: one odd entry never hides the others.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ClientFormat } from '../../../core/clients/client-format.ts';
import { CLIENT_FORMATS } from '../../../core/clients/client-formats.ts';
import { importResultSchema } from '../../../shared/model/import-result.ts';
import { LAUNCHER, stdioEntry } from '../../support/test-clients.ts';

const FIELDS = (
  'type command args env cwd envFile url serverUrl baseUrl httpUrl headers disabled enabled isActive timeout tools ' +
  'disabledTools autoApprove alwaysAllow oauth oauthClient oauthScopes auth transport transportType name description ' +
  'info auth_type key config working_directory remoteConfigured __proto__ constructor'
).split(' ');

const field = fc.oneof(
  { weight: 1, arbitrary: fc.json({ maxDepth: 2 }) },
  {
    weight: 3,
    arbitrary: fc
      .constantFrom<unknown>('stdio', 'http', 'sse', 'inMemory', 'https://x.example/mcp', 'run', [], {}, 5, null, true)
      .map((value) => JSON.stringify(value)),
  },
);
/** Text of an entry; JSON.stringify cannot write `__proto__` or a key twice. */
const entry = fc
  .array(fc.tuple(fc.constantFrom(...FIELDS), field), { maxLength: 6 })
  .map((pairs) => `{${pairs.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(',')}}`);
const entries = fc.array(fc.tuple(fc.string({ maxLength: 8 }), fc.oneof(entry, fc.json({ maxDepth: 1 }))), {
  maxLength: 4,
});

/** An entry as the client itself would write it. */
function goodEntry(format: ClientFormat): string {
  const answer = format.entryFor({
    server: stdioEntry('good'),
    mode: 'connect',
    launcher: LAUNCHER,
    inputs: new Set(),
  });
  return JSON.stringify(answer.kind === 'entry' ? answer.entry : { url: 'https://good.example/mcp' });
}

describe('every format', () => {
  it.each(CLIENT_FORMATS.filter(({ place }) => place.nameKey === undefined))(
    'CFG-14 $id reads any entries, and the good one among them',
    (format) => {
      const good = goodEntry(format);
      fc.assert(
        fc.property(entries, (odd) => {
          const map = [...odd, ['good', good]].map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(',');
          const text = format.place.root.reduceRight((inner, key) => `{${JSON.stringify(key)}:${inner}}`, `{${map}}`);
          const { result } = format.parse(Buffer.from(text), { scope: 'user', format: 'json' });
          expect(importResultSchema.safeParse(result).success).toBe(true);
          expect(result.error).toBeNull();
          expect(result.servers.map(({ name }) => name)).toContain('good');
        }),
        { numRuns: 60 },
      );
    },
  );

  it.each(CLIENT_FORMATS)('CFG-14 $id answers to any JSON at all', (format) => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), (text) => {
        const { result } = format.parse(Buffer.from(text), { scope: 'user', format: 'json' });
        expect(importResultSchema.safeParse(result).success).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});
