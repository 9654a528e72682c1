// Qwen Code: settings like those of Gemini CLI, in which `url` means SSE and `httpUrl` HTTP; it reads Claude Code's
// project file too.
import type { ClientFile, ClientFormat } from '../client-format.ts';
import { absolute, inHome, joinFor } from '../client-paths.ts';
import { entryFor, type EntryShape } from '../direct-entry.ts';
import { locateMap } from '../locate-map.ts';
import { type FileDialect, readFile } from '../read-file.ts';
import { withSwitches } from './gemini-switches.ts';

const ROOT = 'mcpServers';

const dialect: FileDialect = {
  id: 'qwen-code',
  format: 'jsonc',
  strictJson: false,
  rejectsBom: false,
  rejectsTrailingComma: true,
  rootKeys: [ROOT],
  reservedNames: new Set(),
  variables: 'qwen',
  untypedUrl: 'sse',
  transports: new Set(['stdio', 'remote']),
  urlFields: ['httpUrl', 'url'],
  urlTransports: { httpUrl: 'streamable-http', url: 'sse' },
  oauthFields: ['oauth'],
  timeouts: [
    { field: 'timeout', unit: 'ms', as: 'requestMs' },
    { field: 'discoveryTimeoutMs', unit: 'ms', as: 'discoveryMs' },
  ],
  tools: { allow: 'includeTools', deny: 'excludeTools' },
  locate: (root) => withSwitches(root, locateMap(root, ROOT)),
  finish: (server, { members, warn }) => {
    if (members.get('trust')?.value.value === true) warn('TRUST_FLAG', '/trust');
    if (server.transport !== 'sse') return;
    const type = members.get('type')?.value.value;
    if (type === undefined) warn('UNTYPED_URL_MEANS_SSE');
    else if (type !== 'sse') warn('TYPE_IGNORED_BY_CLIENT', '/type');
  },
};

/** `.mcp.json` is read as Claude Code writes it, then brought into Qwen Code's own form. */
const foreignDialect: FileDialect = {
  ...dialect,
  format: 'json',
  untypedUrl: 'rejects',
  urlFields: ['url'],
  urlTransports: {},
  locate: (root) => locateMap(root, ROOT),
  finish: () => undefined,
};

const shape: EntryShape = {
  displayName: 'Qwen Code',
  variables: 'qwen',
  cwd: true,
  remoteTypes: { 'streamable-http': null, sse: null },
  urlFields: { 'streamable-http': 'httpUrl' },
  timeout: { field: 'timeout', unit: 'ms' },
  oauth: { field: 'oauth', clientId: 'clientId', clientSecret: 'clientSecret', scopes: 'list' },
};

const FOREIGN = 'project-foreign';

export const qwenCode: ClientFormat = {
  id: dialect.id,
  displayName: shape.displayName,
  monogram: 'QW',
  files: (env) => {
    const home = absolute(env, env.env['QWEN_HOME']) ?? inHome(env, '.qwen');
    const system =
      env.platform === 'darwin'
        ? '/Library/Application Support/QwenCode/settings.json'
        : env.platform === 'win32'
          ? 'C:\\ProgramData\\qwen-code\\settings.json'
          : '/etc/qwen-code/settings.json';
    const files: ClientFile[] = [{ scope: 'user', path: joinFor(env, home, 'settings.json'), format: 'jsonc' }];
    if (env.projectDir !== undefined) {
      files.push(
        { scope: 'project', path: joinFor(env, env.projectDir, '.qwen', 'settings.json'), format: 'jsonc' },
        { scope: FOREIGN, path: joinFor(env, env.projectDir, '.mcp.json'), format: 'json', readOnly: true },
      );
    }
    const moved = absolute(env, env.env['QWEN_CODE_SYSTEM_SETTINGS_PATH']);
    return [...files, { scope: 'system', path: moved ?? system, format: 'jsonc', readOnly: true }];
  },
  place: { root: [ROOT] },
  variables: shape.variables,
  reload: 'Qwen Code reads the file by itself.',
  processNames: ['qwen'],
  rewritesFile: false,
  locksFile: false,
  clientName: (name) => name,
  parse: (bytes, context) => readFile(context.scope === FOREIGN ? foreignDialect : dialect, bytes, context),
  entryFor: (request) => entryFor(shape, request),
};
