// A client without a file gets a text that is exactly what a file of its own would hold, and a link only without secrets.
import { expect, it } from 'vitest';
import type { ClientFormat } from '../../../core/clients/client-format.ts';
import { generic } from '../../../core/clients/formats/generic.ts';
import { buildPastePlan } from '../../../core/clients/paste-plan.ts';
import type { ServerEntry } from '../../../shared/model/server-entry.ts';

const entry = (name: string, endpoint: ServerEntry['endpoint']): ServerEntry => ({
  name,
  endpoint,
  options: { enabled: true, protocolEra: 'auto', capture: 'digest', timeouts: {} },
});
const TIME = entry('time', { type: 'stdio', command: 'uvx', args: ['mcp-server-time'], env: {} });
const DOCS = entry('docs', {
  type: 'http-auto',
  url: 'https://docs.example/mcp',
  headers: { Authorization: 'Bearer ${secret:docs}' },
});
const launcher = { command: '/opt/Portolan/portolan', args: [] };
const FORMAT: ClientFormat = {
  ...generic,
  paste: 'Paste this into its settings.',
  installLink: (name, value) =>
    `client://add?name=${name}&config=${Buffer.from(JSON.stringify(value)).toString('base64url')}`,
};
const file = { path: 'Client', target: '', bytes: undefined, mode: undefined };

it('the text holds every server as the file would, and nothing is to be written', () => {
  const plan = buildPastePlan(FORMAT, file, [TIME, DOCS], { mode: 'connect', launcher });
  expect(plan.diff.changed).toBe(false);
  expect(plan.paste?.note).toBe('Paste this into its settings.');
  expect(JSON.parse(plan.paste?.text ?? '')).toMatchObject({
    mcpServers: {
      time: { command: launcher.command, args: ['connect', 'time'] },
      docs: { command: launcher.command, args: ['connect', 'docs'] },
    },
  });
  expect(plan.paste?.link).toBeUndefined();
});

it('one server through Portolan has an install link; written directly it has none', () => {
  const link = buildPastePlan(FORMAT, file, [TIME], { mode: 'connect', launcher }).paste?.link ?? '';
  expect(new URL(link).searchParams.get('name')).toBe('time');
  expect(buildPastePlan(FORMAT, file, [TIME], { mode: 'direct', launcher }).paste?.link).toBeUndefined();
});

it('what the text cannot hold is left out with its reason, never written with its secret', () => {
  const plan = buildPastePlan(FORMAT, file, [TIME, DOCS], { mode: 'direct', launcher });
  expect(plan.servers.map(({ name, action }) => [name, action])).toEqual([
    ['time', 'add'],
    ['docs', 'refuse'],
  ]);
  expect(plan.paste?.text).not.toContain('docs');
});
