// Records: hostile names stay one line and can be read back; outcomes map; long texts are cut and said to be.
import { array, assert, constantFrom, oneof, property, string } from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AuditEvent } from '../../../core/audit/audit-event.ts';
import { canonicalJson, MAX_STRING_UNITS } from '../../../core/audit/canonical-json.ts';
import { sha256Hex } from '../../../core/audit/digest.ts';
import { MAX_PAYLOAD_UNITS } from '../../../core/audit/record-fields.ts';
import {
  flatFields,
  parseRecord,
  sealRecord,
  splitLine,
  summaryOf,
  type SealedRecord,
} from '../../../core/audit/record.ts';
import { originalText, safeText } from '../../../core/audit/safe-text.ts';

const BASE: AuditEvent = { kind: 'call.intent', outcome: 'allowed' };

function seal(event: AuditEvent): SealedRecord {
  return sealRecord(
    { id: 'run-1', at: 0, mono: 1.23456, event },
    { seq: 1, previousHash: null, principal: 'user:ada' },
  );
}

describe('records', () => {
  test('AUD-16 a name with newlines, escapes and separators is one line and reads back whole', () => {
    const hostile = [
      'a\nb\r\n{"event_hash":"',
      '\u001b[31mred\u001b[0m',
      'x\u2028y\u2029z\u0085',
      'a|b=c\\|CEF:0',
      '=HYPERLINK("http://x")',
      '  edges  ',
      '\u202etxt.exe',
      '\\u{1b}',
      '\ud800lone',
      '"\\',
    ];
    for (const name of hostile) {
      const { line, record } = seal({ ...BASE, client: { name }, server: name, tool: name, detail: { name } });
      expect(line.match(/[\p{Cc}\p{Zl}\p{Zp}]/gu)).toEqual(['\n']);
      const { client_name, server, tool_name, 'detail.name': detail } = flatFields(record);
      expect([client_name, server, tool_name, detail].map((text) => originalText(text ?? ''))).toEqual([
        name,
        name,
        name,
        name,
      ]);
    }
  });

  test('AUD-16 any text becomes a protected string, and different texts different ones', () => {
    const unit = string({ unit: 'binary', maxLength: 40 });
    const spicy = array(constantFrom('\\', 'u{', '1b}', ' ', '\n', '\ud83d', '\ude00', 'e', '\u0301')).map((parts) =>
      parts.join(''),
    );
    assert(
      property(oneof(unit, spicy), (text) => {
        const { line, record } = seal({ ...BASE, server: text });
        const split = splitLine(Buffer.from(line.slice(0, -1)));
        expect(split && sha256Hex(split.preimage)).toBe(split?.hash);
        expect(split && canonicalJson(parseRecord(split.preimage))).toBe(split?.preimage.toString());
        expect(originalText(flatFields(record)['server'] ?? '')).toBe(originalText(safeText(text).normalize('NFC')));
        if (text === text.normalize('NFC')) expect(originalText(safeText(text))).toBe(text);
      }),
    );
  });

  test('unknown and cancelled are errors to the draft and themselves to us', () => {
    for (const outcome of ['unknown', 'cancelled'] as const) {
      const { record } = seal({ ...BASE, outcome });
      expect([record.outcome, summaryOf(record).outcome]).toEqual(['error', outcome]);
    }
    expect(summaryOf(seal({ ...BASE, outcome: 'denied' }).record).outcome).toBe('denied');
  });

  test('a text that is too long is cut and named', () => {
    const { record } = seal({ ...BASE, server: `${'\u001b'.repeat(5000)}end`, tool: 'x'.repeat(99_999) });
    const fields = flatFields(record);
    expect(fields['server']?.length).toBeLessThanOrEqual(MAX_STRING_UNITS);
    expect(fields['tool_name']).toHaveLength(MAX_STRING_UNITS);
    expect(fields['cut']).toBe('server tool_name');
  });

  test('a payload is kept in parts that join to the payload', () => {
    const payload = `${' '.repeat(9000)}\n${'\u{1f600}'.repeat(9000)}${' '.repeat(9000)}`;
    const fields = flatFields(seal({ ...BASE, payload }).record);
    const parts = Object.keys(fields)
      .filter((name) => name.startsWith('payload.'))
      .sort();
    expect(originalText(parts.map((name) => fields[name]).join(''))).toBe(payload);
    expect(flatFields(seal({ ...BASE, payload: 'x'.repeat(MAX_PAYLOAD_UNITS + 1) }).record)['cut']).toBe('payload');
  });

  test('a line splits into its hash and the bytes of that hash', () => {
    const { line, hash } = seal({ ...BASE, server: 'é' });
    const split = splitLine(Buffer.from(line.slice(0, -1)));
    expect(split?.hash).toBe(hash);
    expect(split && sha256Hex(split.preimage)).toBe(hash);
  });
});
