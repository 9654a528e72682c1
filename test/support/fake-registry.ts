// What a registry answers to the pages: a handful of servers in every state that there is.
import type { implement } from '@orpc/server';
import type { contract } from '../../shared/contract/index.ts';
import type { InstallInput, InstallOption, RegistryDetail, RegistryHit } from '../../shared/model/registry.ts';
import { fail } from './fake-fail.ts';
import type { FakeWorld } from './fake-world.ts';

const READ_AT = '2026-09-01T09:40:00.000Z';
const OFFICIAL = { name: 'official', url: 'https://registry.example' };

const HITS: readonly RegistryHit[] = [
  hit('io.example/notes', '1.4.2', 'Reads and writes the notes in one folder.', ['npm', 'remote'], 'Notes'),
  hit('io.example/weather', '0.9.0', 'Tells the weather of a place.', ['pypi']),
  {
    ...hit('io.example/old-tracker', '2.0.1', 'Tracks issues.', ['oci']),
    status: 'deprecated',
    statusMessage: 'Use io.example/tracker.',
  },
  {
    ...hit('com.example.evil/notes', '6.6.6', 'Reads your \u202Esetirw dna notes.', ['npm']),
    status: 'deleted',
    statusMessage: 'Malware.',
  },
  ...Array.from({ length: 60 }, (_, index) =>
    hit(`io.example/tool-${String(index).padStart(2, '0')}`, '1.0.0', `Tool number ${index} of a long list.`, ['npm']),
  ),
];

const INPUTS: InstallInput[] = [
  input('package.0', 'argument', 'folder', {
    required: true,
    format: 'filepath',
    description: 'Folder with the notes',
    placeholder: '/home/you/notes',
  }),
  input('env.NOTES_TOKEN', 'env', 'NOTES_TOKEN', {
    required: true,
    secret: true,
    description: 'Token of the notes service',
  }),
  input('env.NOTES_MODE', 'env', 'NOTES_MODE', { choices: ['read', 'write'], default: 'read' }),
  input('package.1', 'argument', '--verbose', { format: 'boolean' }),
];

const OPTIONS: InstallOption[] = [
  { id: 'package:0', kind: 'package', type: 'npm', what: '@example/notes 1.4.2', inputs: INPUTS },
  { id: 'remote:0', kind: 'remote', type: 'streamable-http', what: 'https://notes.example/mcp', inputs: [] },
  {
    id: 'package:1',
    kind: 'package',
    type: 'cargo',
    what: 'notes 1.4.2',
    refused: 'packages of the kind "cargo" cannot be run',
    inputs: [],
  },
];

export function registryHandlers(os: ReturnType<typeof implement<typeof contract>>['registry'], world: FakeWorld) {
  const hitOf = (name: string): RegistryHit => {
    const found = HITS.find((one) => one.name === name);
    if (found === undefined) throw fail('NOT_FOUND', 'registry.example has nothing of that name.');
    return found;
  };
  return {
    sources: os.sources.handler(() => [OFFICIAL, ...world.snapshot.settings.registries]),
    search: os.search.handler(({ input: { text = '', registry = 'official' } }) => ({
      registry,
      servers: HITS.filter(({ name }) => name.includes(text)),
      skipped: 1,
      readAt: READ_AT,
      ...(registry === 'offline' && {
        offline: { code: 'CONNECT_REFUSED', message: 'registry.example refuses the connection.' },
      }),
    })),
    show: os.show.handler(({ input: { origin } }): RegistryDetail => {
      const server = hitOf(origin.kind === 'registry' ? origin.server : 'io.example/notes');
      return {
        origin,
        server,
        versions: [
          { version: server.version, status: server.status, publishedAt: READ_AT },
          { version: '0.1.0', status: 'deprecated' },
        ],
        options: server.status === 'deleted' ? [] : OPTIONS,
        sha256: 'a'.repeat(64),
        raw: {},
        websiteUrl: 'https://notes.example',
        readAt: READ_AT,
      };
    }),
    form: os.form.handler(({ input: { option } }) => {
      const found = OPTIONS.find(({ id }) => id === option);
      if (found === undefined) throw fail('NOT_FOUND', 'There is no such option.');
      return found;
    }),
    review: os.review.handler(({ input: { values, secrets, name = 'notes' } }) => ({
      name,
      endpoint: {
        type: 'stdio' as const,
        command: 'npx',
        args: ['-y', '@example/notes@1.4.2', values['package.0'] ?? ''],
        env: { NOTES_TOKEN: '${secret:notes.NOTES_TOKEN}', NOTES_MODE: values['env.NOTES_MODE'] ?? 'read' },
      },
      version: '1.4.2',
      risks: [{ code: 'HIDDEN_TEXT' as const, at: 'args[2]', text: 'It holds characters that cannot be seen.' }],
      secretNames: Object.fromEntries(secrets.map((id) => [id, 'notes.NOTES_TOKEN'])),
      digest: 'e'.repeat(64),
    })),
    add: os.add.handler(({ input: given }) => {
      world.received.push({ procedure: 'registry.add', input: given });
      const entry = world.addEntry({
        name: given.request.name ?? 'notes',
        endpoint: { type: 'stdio', command: 'npx', args: ['-y', '@example/notes@1.4.2'], env: {} },
        options: { enabled: true, protocolEra: 'auto', capture: 'digest', timeouts: {} },
      });
      return { entry, held: false };
    }),
    updateRequest: os.updateRequest.handler(({ input: { name } }) => ({
      origin: { kind: 'registry' as const, server: 'io.example/notes' },
      option: 'package:0',
      values: {},
      secrets: [],
      update: name,
    })),
    outdated: os.outdated.handler(() => []),
    discover: os.discover.handler(({ input: { url } }) => ({
      url,
      kind: 'endpoint' as const,
      servers: [],
      skipped: 0,
    })),
  };
}

function hit(name: string, version: string, description: string, kinds: string[], title?: string): RegistryHit {
  return {
    name,
    version,
    description,
    kinds,
    status: 'active',
    updatedAt: READ_AT,
    ...(title !== undefined && { title }),
  };
}

function input(id: string, where: InstallInput['where'], label: string, more: Partial<InstallInput>): InstallInput {
  return { id, where, label, required: false, secret: false, format: 'string', repeated: false, ...more };
}
