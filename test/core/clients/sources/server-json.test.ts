// Registry templates: each kind of package and remote, older forms, and what must not be taken over.
import { describe, expect, it } from 'vitest';
import { isServerJson, readServerJson } from '../../../../core/clients/sources/server-json.ts';

const pkg = (entry: object) => readServerJson({ name: 'a/b', packages: [entry] });

describe('a server.json', () => {
  it('in the snake_case form of before reads like the new one', () => {
    const old = {
      name: 'a/b',
      packages: [
        {
          registry_type: 'pypi',
          identifier: 'tool',
          version: '1.2.0',
          package_arguments: [{ type: 'positional', value_hint: 'dir', is_required: true, default: '/data' }],
          environment_variables: [{ name: 'KEY', is_required: true, is_secret: true, default: 'no-EXAMPLE' }],
        },
      ],
      remotes: [{ transport_type: 'sse', url: 'https://x.example/sse' }],
    };
    expect(readServerJson({ server: old, _meta: {} })).toEqual({
      servers: [
        {
          name: 'a/b#pypi',
          enabled: true,
          transport: 'stdio',
          command: 'uvx',
          args: ['tool==1.2.0', '${input:dir}'],
          env: { KEY: '${input:KEY}' },
        },
        { name: 'a/b#remote', enabled: true, transport: 'sse', url: 'https://x.example/sse', headers: {} },
      ],
      inputs: [
        { id: 'KEY', kind: 'prompt', secret: true, required: true },
        { id: 'dir', kind: 'prompt', secret: false, required: true, default: '/data' },
      ],
      warnings: [{ code: 'DEPRECATED_TRANSPORT_SSE', server: 'a/b#remote' }],
    });
  });

  it.each([
    [{ registryType: 'npm', identifier: 'p', version: '1.0.0' }, ['npx', '-y', 'p@1.0.0']],
    [{ registryType: 'nuget', identifier: 'P', version: '1.0.0' }, ['dnx', 'P@1.0.0', '--yes', '--']],
    [{ registryType: 'oci', identifier: 'ghcr.io/a/b:1.0' }, ['docker', 'run', '-i', '--rm', 'ghcr.io/a/b:1.0']],
    [
      {
        registryType: 'oci',
        registryBaseUrl: 'https://ghcr.io',
        identifier: 'a/b',
        version: '1',
        environmentVariables: [{ name: 'K', value: 'v' }],
      },
      ['docker', 'run', '-i', '--rm', '-e', 'K', 'ghcr.io/a/b:1'],
    ],
    [
      { registryType: 'npm', identifier: 'p', version: '1.0.0', runtimeArguments: [{ type: 'named', name: '--yes' }] },
      ['npx', '--yes', 'p@1.0.0'],
    ],
    [
      {
        registryType: 'npm',
        identifier: 'p',
        version: '1',
        packageArguments: [
          { type: 'named', name: '--port', default: '80' },
          { type: 'named', name: '-v' },
        ],
      },
      ['npx', '-y', 'p@1', '--port', '${input:port}', '-v'],
    ],
  ])('%j is started as %j', (entry, argv) => {
    const [server] = pkg(entry).servers;
    expect([server?.command, ...(server?.args ?? [])]).toEqual(argv);
  });

  it.each([
    [{ registryType: 'mcpb', identifier: 'https://x.example/a.mcpb' }, 'NOT_PORTABLE_SKIPPED'],
    [
      { registryType: 'npm', identifier: 'p', transport: { type: 'streamable-http', url: 'http://x' } },
      'NOT_PORTABLE_SKIPPED',
    ],
    [{ registryType: '__proto__', identifier: 'p' }, 'NOT_PORTABLE_SKIPPED'],
    [{ registryType: 'npm' }, 'SERVER_SKIPPED_EMPTY'],
    [{ registryType: 'npm', identifier: '${secret:x}' }, 'SECRET_REFERENCE'],
    [
      { registryType: 'npm', identifier: 'p', environmentVariables: [{ name: 'A', value: '${env:HOME}' }] },
      'SECRET_REFERENCE',
    ],
    [
      {
        registryType: 'npm',
        identifier: 'p',
        environmentVariables: [{ name: 'A', value: '${x}', variables: { x: { value: '{env:HOME}' } } }],
      },
      'SECRET_REFERENCE',
    ],
  ])('%j is left out', (entry, code) => {
    const { servers, warnings } = pkg(entry);
    expect([servers, warnings[0]?.code]).toEqual([[], code]);
  });

  it('keeps two inputs apart that share a name and nothing else', () => {
    const { servers, inputs } = readServerJson({
      name: 'n',
      remotes: [
        { type: 'sse', url: 'https://{t}.x.example', variables: { t: { description: 'one' } } },
        { type: 'sse', url: 'https://{t}.y.example', variables: { t: { description: 'two' } } },
      ],
    });
    expect(servers.map(({ name, url }) => [name, url])).toEqual([
      ['n#remote', 'https://${input:t}.x.example'],
      ['n#remote-2', 'https://${input:t-2}.y.example'],
    ]);
    expect(inputs.map((input) => input['id'])).toEqual(['t', 't-2']);
  });

  it('refuses addresses that are none, and never throws', () => {
    expect(readServerJson({ name: 'n', remotes: [{ type: 'sse', url: 'file:///etc/passwd' }] }).servers).toEqual([]);
    for (const value of [null, 1, [], {}, { packages: [null, 1, { packageArguments: 'x' }], remotes: {} }]) {
      expect(readServerJson(value).servers).toEqual([]);
    }
    expect([isServerJson({ name: 'a', remotes: [] }), isServerJson({ mcpServers: {} })]).toEqual([true, false]);
  });
});
