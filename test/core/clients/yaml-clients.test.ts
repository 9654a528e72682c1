// What is written for the clients with YAML files, and what each of them cannot hold.
import { describe, expect, it } from 'vitest';
import type { EntryRequest } from '../../../core/clients/client-format.ts';
import { clientFormat } from '../../../core/clients/client-formats.ts';
import { goose } from '../../../core/clients/formats/goose.ts';
import type { Endpoint } from '../../../shared/model/server-entry.ts';
import { LAUNCHER, serverEntry } from '../../support/test-clients.ts';

const web = (headers: Record<string, string>): Endpoint => ({
  type: 'streamable-http',
  url: 'https://x.example/mcp',
  headers,
});
const run = (env: Record<string, string>, args: string[] = []): Endpoint => ({
  type: 'stdio',
  command: 'run',
  args,
  env,
});

function direct(client: string, endpoint: Endpoint, place?: EntryRequest['place']) {
  const format = clientFormat(client);
  const server = serverEntry('w', endpoint);
  return format.entryFor({
    server,
    mode: 'direct',
    launcher: LAUNCHER,
    inputs: new Set(),
    place: place ?? format.place,
  });
}

describe('an entry for a YAML client', () => {
  it.each<[client: string, endpoint: Endpoint, entry: object]>([
    [
      'goose',
      run({ A: '${env:A}', M: 'ro' }),
      { name: 'w', type: 'stdio', cmd: 'run', args: [], envs: { M: 'ro' }, env_keys: ['A'], enabled: true },
    ],
    [
      'goose',
      web({ 'X-A': '${env:A}' }),
      { name: 'w', type: 'streamable_http', uri: 'https://x.example/mcp', headers: { 'X-A': '${A}' }, enabled: true },
    ],
    [
      'continue',
      web({ 'X-A': '${env:A}' }),
      {
        type: 'streamable-http',
        url: 'https://x.example/mcp',
        requestOptions: { headers: { 'X-A': '${{ secrets.A }}' } },
      },
    ],
    ['continue', run({ A: '${input:A}' }), { type: 'stdio', command: 'run', args: [], env: { A: '${{ inputs.A }}' } }],
    ['librechat', run({ A: '${env:A}' }), { type: 'stdio', command: 'run', args: [], env: { A: '${A}' } }],
  ])('of %s is written in its own form', (client, endpoint, entry) => {
    expect(direct(client, endpoint)).toEqual({ kind: 'entry', entry });
  });

  it.each<[client: string, endpoint: Endpoint, reason: RegExp]>([
    ['goose', run({ A: '${env:B}' }), /same name/],
    ['goose', run({ Node_Options: 'x' }), /refuses/],
    ['goose', run({}, ['${env:A}']), /outside headers/],
    ['goose', { type: 'sse', url: 'https://x.example/sse', headers: {} }, /transport/],
    ['continue', run({ A: '${{ secrets.A }}' }), /plain text/],
    ['continue', run({ A: '${secret:a}' }), /keychain/],
    ['librechat', run({ A: '{{MINE}}' }), /plain text/],
    ['librechat', { type: 'http-auto', url: 'https://x.example', headers: {} }, /transport/],
  ])('of %s is refused where it cannot hold it: %j', (client, endpoint, reason) => {
    const answer = direct(client, endpoint);
    expect(answer.kind === 'refused' ? answer.reason : JSON.stringify(answer)).toMatch(reason);
  });

  it('of Continue in a project is JSON as other programs write it', () => {
    expect(direct('continue', web({ 'X-A': '${env:A}' }), { root: ['mcpServers'] })).toEqual({
      kind: 'entry',
      entry: { type: 'http', url: 'https://x.example/mcp', headers: { 'X-A': '${A}' } },
    });
  });

  it('has a link of Goose only without values and with a program that its links may start', () => {
    expect(goose.installLink?.('My W', { cmd: 'npx', args: ['-y', 'p q'] })).toBe(
      'goose://extension?cmd=npx&arg=-y&arg=p%20q&id=myw&name=My%20W',
    );
    expect(goose.installLink?.('w', { cmd: '/opt/run', args: [] })).toBeUndefined();
    expect(goose.installLink?.('w', { uri: 'https://x.example', headers: { A: 'b' } })).toBeUndefined();
  });
});
