// How one client's entries differ from the common shape, as data; the reader of entries does the rest.
import type { ImportedServer } from '../../shared/model/import-result.ts';
import type { JsonMember } from '../base/json-tree.ts';
import type { MutableServer } from './client-format.ts';
import type { FieldReader } from './field-reader.ts';
import type { VariableSyntax } from './variables.ts';

export type Transport = ImportedServer['transport'];

/** Fields that most clients have, by their common names. */
export const COMMON_FIELDS = [
  'type',
  'command',
  'args',
  'env',
  'cwd',
  'envFile',
  'headers',
  'disabled',
  'enabled',
] as const;

/** What sets one client's entries apart from another's. */
export interface EntryDialect {
  readonly variables: VariableSyntax;
  /** What an address without a type means. `rejects`: the client refuses it; `http-auto`: HTTP first, then SSE. */
  readonly untypedUrl: 'http-auto' | 'sse' | 'streamable-http' | 'rejects';
  readonly transports: ReadonlySet<'stdio' | 'remote'>;
  /** Keys that hold the address; the first present one counts. */
  readonly urlFields: readonly string[];
  /** Transport that an address key says by itself, whatever `type` says. */
  readonly urlTransports?: Readonly<Record<string, Transport>>;
  /** Values of `type` with another meaning than the common one. */
  readonly types?: Readonly<Record<string, Transport>>;
  /** Own names of common fields. */
  readonly fields?: Readonly<Partial<Record<CommonField, string>>>;
  /** `command` holds the arguments too, by rule and not as a relic. */
  readonly commandIsList?: true;
  readonly oauthFields: readonly string[];
  readonly timeouts?: readonly TimeoutField[];
  /** Keys of lists of tool names. */
  readonly tools?: Readonly<Partial<Record<'allow' | 'deny' | 'autoApprove', string>>>;
  /** Keys that `finish` reads itself, so that they are no extras. */
  readonly ownFields?: readonly string[];
  /** The members of an entry that its client writes in another order or depth, in the common one. */
  readonly reshape?: (
    members: ReadonlyMap<string, JsonMember>,
    warn: EntryFields['warn'],
  ) => ReadonlyMap<string, JsonMember>;
  /** Looks at an entry before it is read: false leaves it out, having said why. */
  readonly accept?: (entry: EntryFields) => boolean;
  /** The last word on an entry that was read, references included. */
  readonly finish?: (server: MutableServer, entry: EntryFields) => void;
}

export type CommonField = (typeof COMMON_FIELDS)[number];

interface TimeoutField {
  readonly field: string;
  readonly unit: 'ms' | 's';
  /** Key in `timeouts` of the importer's server, such as `toolCallMs`, `startupMs`, `connectMs`. */
  readonly as: string;
  /** Larger values are cut to this one, in the field's own unit, and reported. */
  readonly max?: number;
}

/** One entry as its file has it. */
export interface EntryFields {
  readonly name: string;
  readonly members: ReadonlyMap<string, JsonMember>;
  readonly fields: FieldReader;
  /** `path` is a JSON pointer inside the entry. */
  readonly warn: (code: string, path?: string) => void;
}
