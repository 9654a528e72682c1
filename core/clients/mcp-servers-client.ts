// A client of the large family that keeps JSON entries of the common shape in a map, mostly under `mcpServers`: what
// such a client is, made from the data that sets it apart.
import type { ClientFormat } from './client-format.ts';
import { entryFor, type EntryShape } from './direct-entry.ts';
import { locateAt } from './locate-map.ts';
import { type FileDialect, readFile } from './read-file.ts';
import type { VariableSyntax } from './variables.ts';

type Told = 'id' | 'displayName' | 'monogram' | 'files' | 'reload' | 'processNames';
type Optional =
  | 'rewritesFile'
  | 'locksFile'
  | 'indent'
  | 'clientName'
  | 'paste'
  | 'pasteText'
  | 'installLink'
  | 'place';

/** What sets one client of the family apart. */
export interface ServersClient extends Pick<ClientFormat, Told>, Partial<Pick<ClientFormat, Optional>> {
  /** Absent: it expands nothing. */
  readonly variables?: VariableSyntax;
  readonly reads: Pick<FileDialect, 'untypedUrl'> & Partial<Omit<FileDialect, 'id' | 'variables'>>;
  readonly writes: Omit<EntryShape, 'displayName' | 'variables'>;
}

/** The format of `client`; what it does not say is as in most clients. */
export function mcpServersClient({ reads, writes, ...client }: ServersClient): ClientFormat {
  const variables = client.variables ?? 'none';
  const place = client.place ?? { root: ['mcpServers'] };
  const dialect: FileDialect = {
    id: client.id,
    variables,
    format: 'json',
    strictJson: false,
    rejectsBom: false,
    rootKeys: place.root,
    reservedNames: new Set(),
    transports: new Set(['stdio', 'remote']),
    urlFields: ['url'],
    oauthFields: [],
    locate: (root, context) => locateAt(root, (context.place ?? place).root),
    ...reads,
  };
  const shape: EntryShape = { displayName: client.displayName, variables, ...writes };
  return {
    rewritesFile: false,
    locksFile: false,
    clientName: (name) => name,
    ...client,
    place,
    variables,
    parse: (bytes, context) => readFile(dialect, bytes, context),
    entryFor: (request) => entryFor(shape, request),
  };
}
