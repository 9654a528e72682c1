// Gemini CLI: settings with comments; `$X` is expanded in every string; lists beside the servers say which are on.
import type { ClientEnv, ClientFile, ClientFormat } from '../client-format.ts';
import { absolute, joinFor } from '../client-paths.ts';
import { entryFor, type EntryShape } from '../direct-entry.ts';
import { locateMap } from '../locate-map.ts';
import { isPlainName } from '../name-warning.ts';
import { type FileDialect, readFile } from '../read-file.ts';
import { withSwitches } from './gemini-switches.ts';

const ROOT = 'mcpServers';

const dialect: FileDialect = {
  id: 'gemini-cli',
  format: 'jsonc',
  strictJson: false,
  rejectsBom: true,
  rejectsTrailingComma: true,
  rootKeys: [ROOT],
  reservedNames: new Set(),
  variables: 'gemini',
  untypedUrl: 'http-auto',
  transports: new Set(['stdio', 'remote']),
  urlFields: ['httpUrl', 'url'],
  urlTransports: { httpUrl: 'streamable-http' },
  oauthFields: ['oauth'],
  timeouts: [{ field: 'timeout', unit: 'ms', as: 'requestMs' }],
  tools: { allow: 'includeTools', deny: 'excludeTools' },
  ownFields: ['description'],
  locate: (root) => withSwitches(root, locateMap(root, ROOT)),
  finish: (server, { members, fields, warn }) => {
    const description = fields.string('description');
    if (description !== undefined) server.description = description;
    if (members.has('httpUrl')) warn('LEGACY_FIELD', '/httpUrl');
    if (members.get('trust')?.value.value === true) warn('TRUST_FLAG', '/trust');
    if (server.name.includes('_') && isPlainName(server.name)) warn('NAME_NOT_PORTABLE');
  },
};

const shape: EntryShape = {
  displayName: 'Gemini CLI',
  variables: 'gemini',
  cwd: true,
  remoteTypes: { 'streamable-http': 'http', sse: 'sse', 'http-auto': null },
  timeout: { field: 'timeout', unit: 'ms' },
  oauth: { field: 'oauth', clientId: 'clientId', clientSecret: 'clientSecret', scopes: 'list' },
};

export const geminiCli: ClientFormat = {
  id: dialect.id,
  displayName: shape.displayName,
  monogram: 'GE',
  files: (env) => {
    const home = absolute(env, env.env['GEMINI_CLI_HOME']) ?? env.homeDir;
    return [
      { scope: 'user', path: joinFor(env, home, '.gemini', 'settings.json'), format: 'jsonc' },
      ...(env.projectDir === undefined
        ? []
        : [
            {
              scope: 'project',
              path: joinFor(env, env.projectDir, '.gemini', 'settings.json'),
              format: 'jsonc',
            } as const,
          ]),
      system(env, 'system-defaults', 'GEMINI_CLI_SYSTEM_DEFAULTS_PATH', 'system-defaults.json'),
      system(env, 'system', 'GEMINI_CLI_SYSTEM_SETTINGS_PATH', 'settings.json'),
    ];
  },
  place: { root: [ROOT] },
  variables: shape.variables,
  reload: 'Use /mcp refresh in Gemini CLI, or start it again.',
  processNames: ['gemini'],
  rewritesFile: false,
  locksFile: false,
  // Its policies part the names of server and tool at an underscore.
  clientName: (name) => name.replaceAll('_', '-'),
  parse: (bytes, context) => readFile(dialect, bytes, context),
  entryFor: (request) => entryFor(shape, request),
};

function system(env: ClientEnv, scope: string, variable: string, name: string): ClientFile {
  const folders = { darwin: '/Library/Application Support/GeminiCli', win32: 'C:\\ProgramData\\gemini-cli' };
  const folder = env.platform === 'darwin' || env.platform === 'win32' ? folders[env.platform] : '/etc/gemini-cli';
  const path = absolute(env, env.env[variable]) ?? joinFor(env, folder, name);
  return { scope, path, format: 'jsonc', readOnly: true };
}
