// Cursor: one file per user and one per project; finds the transport of a URL by itself.
import type { ClientFormat } from '../client-format.ts';
import { inHome, joinFor } from '../client-paths.ts';
import { entryFor, type EntryShape } from '../direct-entry.ts';
import { locateMap } from '../locate-map.ts';
import { type FileDialect, readFile } from '../read-file.ts';

const dialect: FileDialect = {
  id: 'cursor',
  format: 'json',
  strictJson: false,
  rejectsBom: false,
  rootKeys: ['mcpServers'],
  reservedNames: new Set(),
  variables: 'cursor',
  untypedUrl: 'http-auto',
  transports: new Set(['stdio', 'remote']),
  urlFields: ['url'],
  oauthFields: ['auth'],
  locate: (root) => locateMap(root, 'mcpServers'),
};

const shape: EntryShape = {
  displayName: 'Cursor',
  variables: 'cursor',
  cwd: false,
  // It has no field for the transport: it tries HTTP first, then SSE.
  remoteTypes: { 'streamable-http': null, sse: null, 'http-auto': null },
  oauth: { field: 'auth', clientId: 'CLIENT_ID', clientSecret: 'CLIENT_SECRET', scopes: 'list' },
};

export const cursor: ClientFormat = {
  id: dialect.id,
  displayName: shape.displayName,
  monogram: 'CU',
  files: (env) => [
    { scope: 'user', path: inHome(env, '.cursor', 'mcp.json'), format: 'json' },
    ...(env.projectDir === undefined
      ? []
      : [{ scope: 'project', path: joinFor(env, env.projectDir, '.cursor', 'mcp.json'), format: 'json' } as const]),
  ],
  place: { root: ['mcpServers'] },
  variables: shape.variables,
  reload: 'Cursor reads the file by itself; if the servers do not show, reload its window.',
  processNames: ['Cursor', 'cursor'],
  rewritesFile: false,
  locksFile: false,
  clientName: (name) => name,
  parse: (bytes, context) => readFile(dialect, bytes, context),
  entryFor: (request) => entryFor(shape, request),
};
