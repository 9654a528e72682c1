// Bundles: the manifest of a good one, and every way in which a bad one is refused before anything is unpacked.
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readManifest } from '../../../../core/clients/sources/mcpb.ts';
import { makeZip, type ZipPart } from '../../../support/make-zip.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { testClients } from '../../../support/test-clients.ts';

const MANIFEST = {
  manifest_version: '0.3',
  name: 'notes',
  display_name: 'Notes',
  description: 'Reads notes',
  server: {
    type: 'node',
    entry_point: 'server/index.js',
    mcp_config: {
      command: 'node',
      args: ['${__dirname}/server/index.js', '${user_config.folders}'],
      env: { NOTES_KEY: '${user_config.api_key}', MODE: 'ro' },
      platform_overrides: { win32: { command: 'node.exe', env: { MODE: 'win' } } },
    },
  },
  user_config: {
    api_key: { type: 'string', title: 'Key', sensitive: true, required: true, default: 'dropped' },
    folders: { type: 'directory', title: 'Folders', multiple: true, default: ['${HOME}/notes'] },
    limit: { type: 'number', description: 'At most', min: 1, max: 9, default: 5 },
  },
};

async function importOf(parts: readonly ZipPart[] | Buffer) {
  const home = tempDir();
  const path = join(home, 'x.mcpb');
  writeFileSync(path, Buffer.isBuffer(parts) ? parts : makeZip(parts));
  const { clients } = testClients(home);
  const plan = await clients.planImport({ path });
  expect(readdirSync(home)).toEqual(['x.mcpb']);
  return plan;
}

const manifest: ZipPart = { name: 'manifest.json', data: JSON.stringify(MANIFEST) };

describe('a bundle', () => {
  it('is read from its manifest: settings become inputs, sensitive ones secret', async () => {
    const plan = await importOf([
      manifest,
      { name: 'server/', mode: 0o040755 },
      { name: 'server/index.js', data: 'x' },
    ]);
    const [result] = plan.results;
    expect(result).toMatchObject({ client: 'mcpb', scope: 'bundle', error: null });
    expect(result?.servers).toEqual([
      {
        name: 'notes',
        displayName: 'Notes',
        description: 'Reads notes',
        transport: 'stdio',
        enabled: true,
        command: 'node',
        args: ['${__dirname}/server/index.js', '${input:folders}'],
        env: { NOTES_KEY: '${input:api_key}', MODE: 'ro' },
      },
    ]);
    expect(result?.inputs).toEqual([
      { id: 'api_key', kind: 'prompt', secret: true, required: true, description: 'Key' },
      {
        id: 'folders',
        kind: 'prompt',
        secret: false,
        description: 'Folders',
        default: ['${HOME}/notes'],
        format: 'filepath',
        multiple: true,
      },
      {
        id: 'limit',
        kind: 'prompt',
        secret: false,
        description: 'At most',
        default: 5,
        format: 'number',
        min: 1,
        max: 9,
      },
    ]);
    expect(result?.warnings).toEqual([{ code: 'CLIENT_BUILTIN_VARIABLE', server: 'notes', path: '/args/0' }]);
  });

  it('takes what its manifest says for the platform', () => {
    expect(readManifest(MANIFEST, 'win32').servers[0]).toMatchObject({
      command: 'node.exe',
      args: ['${__dirname}/server/index.js', '${input:folders}'],
      env: { MODE: 'win', NOTES_KEY: '${input:api_key}' },
    });
  });

  it('cannot name what is in the keychain or the environment', () => {
    const config = { ...MANIFEST.server.mcp_config, env: { A: '${secret:x}' } };
    expect(readManifest({ ...MANIFEST, server: { ...MANIFEST.server, mcp_config: config } }, 'linux')).toEqual({
      servers: [],
      inputs: [],
      warnings: [{ code: 'SECRET_REFERENCE', server: 'notes' }],
    });
  });

  it.each<[what: string, parts: readonly ZipPart[] | Buffer, message: RegExp]>([
    ['a path to a parent folder', [manifest, { name: '../evil' }], /outside/],
    ['a path to a parent folder inside', [manifest, { name: 'a/../../evil' }], /outside/],
    ['an absolute path', [manifest, { name: '/etc/evil' }], /outside/],
    ['a drive', [manifest, { name: 'C:/evil' }], /outside/],
    ['backslashes', [manifest, { name: '..\\evil' }], /outside/],
    ['a stream of a file', [manifest, { name: 'a:stream' }], /outside/],
    ['a name that Windows changes', [manifest, { name: 'manifest.json.' }], /outside/],
    ['a NUL', [manifest, { name: 'a\u0000b' }], /outside/],
    ['a symbolic link', [manifest, { name: 'link', data: '/etc', mode: 0o120777 }], /link/],
    ['a link as the manifest', [{ ...manifest, mode: 0o120777 }], /link/],
    ['a device', [manifest, { name: 'dev', mode: 0o060666 }], /special/],
    ['names that differ in case', [manifest, { name: 'Manifest.JSON' }], /case/],
    ['two manifests', [manifest, manifest], /case/],
    ['names equal after normalisation', [manifest, { name: 'e\u0301' }, { name: '\u00e9' }], /case/],
    ['a file that is a folder too', [manifest, { name: 'a' }, { name: 'A/b' }], /folder/],
    ['a bomb', [manifest, { name: 'zeros', data: Buffer.alloc(64 * 1024 * 1024) }], /far more/],
    ['a size that is a lie', [manifest, { name: 'b', data: 'x', saysSize: 0xfffffff0 }], /far more/],
    [
      'a manifest larger than it says',
      [{ ...manifest, data: `${manifest.data as string}${' '.repeat(100_000)}`, saysSize: 10 }],
      /damaged/,
    ],
    ['a huge manifest', [{ name: 'manifest.json', data: Buffer.alloc(1024 * 1024 + 1, 97) }], /1 MiB|far more/],
    ['an encrypted entry', [manifest, { name: 'b', flags: 0x801 }], /encrypted/],
    [
      'too many files',
      [manifest, ...Array.from({ length: 50_001 }, (_, index) => ({ name: `f${index}` }))],
      /more than|too many/,
    ],
    ['no manifest', [{ name: 'a' }], /manifest/],
    ['no archive at all', Buffer.from('{}'), /zip/],
    ['half an archive', makeZip([manifest]).subarray(10), /zip|damaged/],
  ])('CFG-19 is refused for %s', async (_what, parts, message) => {
    const plan = await importOf(parts);
    expect(plan.rows).toEqual([]);
    expect(plan.results[0]?.error?.code).toBe('BUNDLE_REFUSED');
    expect(plan.results[0]?.error?.message).toMatch(message);
  });

  it('that is not there is an error of the call', async () => {
    const { clients, home } = testClients(tempDir());
    await expect(clients.planImport({ path: join(home, 'none.mcpb') })).rejects.toMatchObject({
      code: 'FILE_NOT_READABLE',
    });
  });
});
