// Claude Desktop: local commands only; one file that the app shares with its preferences and rewrites when it quits.
import type { ClientFormat } from '../client-format.ts';
import { inAppData, inLocalAppData } from '../client-paths.ts';
import { entryFor, type EntryShape } from '../direct-entry.ts';
import { type FileDialect, readFile } from '../read-file.ts';
import { locateMap } from '../locate-map.ts';

const FILE = 'claude_desktop_config.json';
const STORE_PACKAGE = 'Claude_pzs8sxrjxfjjc';

const dialect: FileDialect = {
  id: 'claude-desktop',
  format: 'json',
  strictJson: true,
  rejectsBom: true,
  rootKeys: ['mcpServers'],
  reservedNames: new Set(),
  variables: 'none',
  untypedUrl: 'rejects',
  transports: new Set(['stdio']),
  urlFields: ['url'],
  oauthFields: [],
  locate: (root) => locateMap(root, 'mcpServers'),
};

const shape: EntryShape = { displayName: 'Claude Desktop', variables: 'none', cwd: false, remoteTypes: {} };

export const claudeDesktop: ClientFormat = {
  id: dialect.id,
  displayName: shape.displayName,
  monogram: 'CD',
  files: (env) => [
    { scope: 'user', path: inAppData(env, 'Claude', FILE), format: 'json' },
    // The Store build sees its own copy of %APPDATA%.
    ...(env.platform === 'win32'
      ? [
          {
            scope: 'user',
            path: inLocalAppData(env, 'Packages', STORE_PACKAGE, 'LocalCache', 'Roaming', 'Claude', FILE),
            format: 'json',
          } as const,
        ]
      : []),
  ],
  place: { root: ['mcpServers'] },
  variables: shape.variables,
  reload: 'Quit Claude Desktop fully, the tray icon included, and start it again.',
  processNames: ['Claude', 'claude-desktop'],
  rewritesFile: true,
  locksFile: false,
  clientName: (name) => name,
  parse: (bytes, context) => readFile(dialect, bytes, context),
  entryFor: (request) => entryFor(shape, request),
};
