// What may be set as a collector, and how its headers get their secrets.
import { expect, test } from 'vitest';
import { checkTelemetry, resolveCollector } from '../../host/telemetry-settings.ts';
import { telemetrySettingsSchema } from '../../shared/model/telemetry.ts';
import { thrown } from '../support/thrown.ts';

const settingsOf = (given: object) => telemetrySettingsSchema.parse({ traces: true, ...given });
const TOKEN = 'ghp_0123456789abcdefghij0123456789abcdef';

test.each([
  ['no address', {}, 'INPUT_INVALID'],
  ['plain http elsewhere', { endpoint: 'http://collector.example.com' }, 'URL_REFUSED'],
  [
    'a literal secret',
    { endpoint: 'https://c.example.com', headers: { Authorization: `Bearer ${TOKEN}` } },
    'INPUT_INVALID',
  ],
])('is refused: %s', (_case, given, code) => {
  const error = thrown(() => checkTelemetry(settingsOf(given)));
  expect(error.code).toBe(code);
  expect(error.message + String(error.hint)).not.toContain(TOKEN);
});

test.each([
  { endpoint: 'https://c.example.com/otlp', headers: { Authorization: 'Bearer ${secret:C}' } },
  { endpoint: 'http://127.0.0.1:4318' },
  { traces: false },
])('is taken: %j', (given) => {
  expect(() => checkTelemetry(settingsOf(given))).not.toThrow();
});

test('references in headers are resolved as for a server', async () => {
  const settings = { ...settingsOf({}), endpoint: 'https://c.example.com', headers: { 'x-key': '${secret:C}' } };
  const seen: unknown[] = [];
  const collector = await resolveCollector(settings, async ({ name, endpoint, options }) => {
    seen.push(endpoint);
    if (endpoint.type === 'stdio') throw new Error('no command');
    return { name, endpoint: { ...endpoint, headers: { 'x-key': 'value' } }, options, secretValues: ['value'] };
  });
  expect(seen).toEqual([{ type: 'streamable-http', url: settings.endpoint, headers: settings.headers }]);
  expect(collector).toEqual({ url: settings.endpoint, headers: { 'x-key': 'value' } });
});
