// The one interface behind which every client program stands: where its files are, how they read, what it can hold.
// A format is data and pure functions; it touches neither disk nor process.
import type { ImportedServer, ImportResult } from '../../shared/model/import-result.ts';
import type { ServerEntry } from '../../shared/model/server-entry.ts';
import type { EntryPlace, TextFormat } from './text/text-codec.ts';
import type { VariableSyntax } from './variables.ts';

/** The machine as a format sees it; arguments, so that every platform's paths can be computed on any other. */
export interface ClientEnv {
  readonly env: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
  readonly homeDir: string;
  /** Absolute project folder; project files are listed only when it is given. */
  readonly projectDir?: string;
}

/** A configuration file of a client. Of several writable files of one scope, the last that exists is the one in use. */
export interface ClientFile {
  /**
   * `user` and `project` in every client that has them; else the client's own word (`profile`, `managed`). `legacy` is a
   * place that the client read once.
   */
  readonly scope: string;
  /**
   * Absolute path. A segment may hold one `*`, which stands for any characters but separators: then it names every file
   * that is there.
   */
  readonly path: string;
  readonly format: TextFormat;
  /** Portolan reads it and never writes it: an administrator's, another client's, or one its client no longer reads. */
  readonly readOnly?: true;
  /** Project files: the same name is looked for in the parent folders too, up to the root of the repository. */
  readonly upwards?: true;
  /** Where its servers are, when not at `ClientFormat.place`. */
  readonly place?: EntryPlace;
}

/** Scopes of files that lie in a project's folder and go where the project goes. */
export const SHARED_SCOPES: ReadonlySet<string> = new Set([
  'project',
  'project-shared',
  'project-foreign',
  'multi-root',
]);

export interface ParseContext {
  readonly scope: string;
  /** Path or name to report. */
  readonly file?: string;
  /** Absolute project folder that the file belongs to. */
  readonly projectDir?: string;
  /** How this file is written, when not as the client's main file is. */
  readonly format?: TextFormat;
  /** Where this file keeps its servers, when not at the client's own place. */
  readonly place?: EntryPlace;
  /** The machine that it is read for, where a source has parts for each. */
  readonly platform?: NodeJS.Platform;
  /** The file is one that Portolan only reads. */
  readonly readOnly?: true;
}

/** A literal in a server that belongs in the keychain. It never leaves core/clients. */
export interface SecretFinding {
  /** Index into `result.servers`. */
  readonly server: number;
  /** JSON pointer to the string in the server. */
  readonly path: string;
  /** Environment variable, header, flag or query name it stands under. */
  readonly field: string;
  /** The part of the string that gives way to a reference. */
  readonly text: string;
  /** What goes into the keychain. */
  readonly value: string;
}

/** What a file holds, literals included: for core/clients alone. */
export interface ParsedFile {
  readonly result: ImportResult;
  readonly secrets: readonly SecretFinding[];
  /** How this file writes references, when not as the client's main file does. */
  readonly variables?: VariableSyntax;
  /** The entries of `result.servers` as they stand in the file, by index; absent when a file has no such form. */
  readonly entries?: readonly unknown[];
}

/** `connect`: start Portolan; `http`: Portolan's gateway with a token of this client; `direct`: the server itself. */
export type ExportMode = 'connect' | 'http' | 'direct';

export interface EntryRequest {
  readonly server: ServerEntry;
  readonly mode: ExportMode;
  /** Scope of the file that it is for. */
  readonly scope?: string;
  /** The entry is for this profile; `server` then carries only its name. Mode `connect` only. */
  readonly profile?: string;
  /** Absolute command that starts Portolan, before `connect NAME`. */
  readonly launcher: { readonly command: string; readonly args: readonly string[] };
  /** Mode `http`: where the gateway offers it, and the token that this client shows there. */
  readonly gateway?: { readonly url: string; readonly token: string };
  /** Ids of the prompts that the target file itself defines. */
  readonly inputs: ReadonlySet<string>;
  /** Where the entry goes, when not to the client's own place. */
  readonly place?: EntryPlace;
}

export type ClientEntry = Readonly<Record<string, unknown>>;

export type EntryAnswer =
  | { readonly kind: 'entry'; readonly entry: ClientEntry }
  | { readonly kind: 'refused'; readonly reason: string };

export interface ClientFormat {
  readonly id: string;
  readonly displayName: string;
  /** Two letters for lists. */
  readonly monogram: string;
  /** User files first; empty for a format without a place of its own. */
  files(env: ClientEnv): readonly ClientFile[];
  /** How references are written in its files. */
  readonly variables: VariableSyntax;
  /** Scope of what is read from a file that is no place of its own; `user` or `clipboard` by default. */
  readonly looseScope?: string;
  /** Where its files keep their servers. */
  readonly place: EntryPlace;
  /** Indentation that its own program writes; two spaces by default. */
  readonly indent?: string;
  /** What a person does so that the client reads a changed file. */
  readonly reload: string;
  /** Executable names without extension, in exact case: `Claude` is the desktop app, `claude` the command line. */
  readonly processNames: readonly string[];
  /** It writes its whole file again when it quits, so nothing may be written while it runs. */
  readonly rewritesFile: boolean;
  /** Its program takes the lock directory `<file>.lock` around its own writes. */
  readonly locksFile: boolean;
  /** The name nearest to `name` that the client accepts. */
  clientName(name: string): string;
  /** Never throws for what is in the bytes: one bad server is a warning, an unreadable file an error in the result. */
  parse(bytes: Buffer, context: ParseContext): ParsedFile;
  entryFor(request: EntryRequest): EntryAnswer;
  /** What the client does with a server of its file beyond what the entry says, such as a header that it makes of a key. */
  effective?(server: ImportedServer): ImportedServer;
  /** A client without a file to write: what a person does with the text of an export, in one or two sentences. */
  readonly paste?: string;
  /** The text of such an export, by names in the client; JSON with the entries at `place` by default. */
  readonly pasteText?: (entries: ReadonlyMap<string, ClientEntry>) => string;
  /** A link that its program opens to take one entry, where it has such a form; never for an entry with a secret. */
  readonly installLink?: (name: string, entry: ClientEntry) => string | undefined;
}

export type MutableServer = { -readonly [Key in keyof ImportedServer]: ImportedServer[Key] };
