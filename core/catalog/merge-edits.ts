// The edits that carry out a merge as it was chosen: inputs first, then servers, identities and profiles.
import type { CatalogInput } from '../../shared/model/catalog-input.ts';
import type { MergeChoice, MergeDone, MergeRow } from '../../shared/model/portable.ts';
import type { ServerEntry, ServerOptions } from '../../shared/model/server-entry.ts';
import { addEntries, type CatalogEdit, updateEntry } from './catalog-edits.ts';
import { OPTION_KEYS } from './entry-form.ts';
import { addIdentity, updateIdentity } from './identity-edits.ts';
import { setInput } from './input-form.ts';
import { choiceOf } from './merge-plan.ts';
import type { PortableContent } from './portable-file.ts';
import { addProfile, updateProfile } from './profile-edits.ts';
import { askedInputs, withInputIds } from './secret-inputs.ts';

export interface Merge {
  readonly edits: readonly CatalogEdit[];
  readonly done: Omit<MergeDone, 'inputs' | 'held'>;
  /** Ids that the merged servers ask for. */
  readonly asked: readonly string[];
}

/** `servers`: names that the catalog has. Throws INPUT_INVALID for a choice that a row does not offer. */
export function mergeEdits(
  content: PortableContent,
  rows: readonly MergeRow[],
  choices: Readonly<Record<string, MergeChoice>>,
  servers: readonly string[],
): Merge {
  const [added, changed, kept]: string[][] = [[], [], []];
  const edits: CatalogEdit[] = [];
  const decide = (kind: MergeRow['kind'], name: string): { how: 'add' | 'replace'; name: string } | undefined => {
    const row = rows.find(({ key }) => key === `${kind}:${name}`);
    const choice = row === undefined ? 'none' : choiceOf(row, choices);
    if (row === undefined || choice === 'none' || choice === 'keep') {
      if (row !== undefined) kept?.push(row.key);
      return undefined;
    }
    const as = choice === 'rename' ? (row.renamed ?? name) : name;
    (choice === 'replace' ? changed : added)?.push(`${kind}:${as}`);
    return { how: choice === 'replace' ? 'replace' : 'add', name: as };
  };
  const ids = new Map<string, string>();
  for (const input of content.inputs) {
    const decision = decide('input', input.id);
    if (decision === undefined) continue;
    ids.set(input.id, decision.name);
    edits.push(setInput({ ...input, id: decision.name }));
  }
  const names = new Map<string, string>();
  const asked = new Set<string>();
  const fresh: ServerEntry[] = [];
  for (const server of content.servers) {
    const decision = decide('server', server.name);
    if (decision === undefined) continue;
    const entry = { ...withInputIds(withSecretIds(server, ids), ids), name: decision.name };
    names.set(server.name, decision.name);
    for (const id of askedInputs([entry.endpoint, entry.options.auth])) asked.add(id);
    if (decision.how === 'add') fresh.push(entry);
    else edits.push(updateEntry(entry.name, { endpoint: entry.endpoint, options: wholePatch(entry.options) }));
  }
  if (fresh.length > 0) edits.push(addEntries(fresh));
  for (const identity of content.identities) {
    const decision = decide('identity', identity.name);
    if (decision === undefined) continue;
    const named = { ...withSecretIds(identity, ids), name: decision.name };
    for (const id of askedInputs(named)) asked.add(id);
    edits.push(decision.how === 'add' ? addIdentity(named) : updateIdentity(named.name, named));
  }
  const known = new Set([...servers, ...names.values()]);
  for (const profile of content.profiles) {
    const decision = decide('profile', profile.name);
    if (decision === undefined) continue;
    const members = profile.servers.map((name) => names.get(name) ?? name).filter((name) => known.has(name));
    const named = { ...profile, name: decision.name, servers: members };
    const { name, title = '', ...rest } = named;
    edits.push(decision.how === 'add' ? addProfile(named) : updateProfile(name, { title, ...rest }));
  }
  return { edits, done: { added: added ?? [], changed: changed ?? [], kept: kept ?? [] }, asked: [...asked] };
}

/** Secrets of the file's inputs follow when an input gets another id. */
function withSecretIds<T>(value: T, ids: ReadonlyMap<string, string>): T {
  let text = JSON.stringify(value);
  for (const [from, to] of ids)
    if (from !== to) text = text.replaceAll(`\${secret:input.${from}}`, `\${secret:input.${to}}`);
  return JSON.parse(text) as T;
}

/** Every option, so that those which the file does not have are taken away. */
function wholePatch(options: ServerOptions): {
  readonly [Key in keyof ServerOptions]?: ServerOptions[Key] | undefined;
} {
  return Object.fromEntries(OPTION_KEYS.map((key) => [key, options[key]]));
}

/** Ids for which a person must give a value: secrets and what has no default. */
export function missingValues(
  asked: readonly string[],
  inputs: readonly CatalogInput[],
  hasValue: (id: string) => boolean,
): string[] {
  return asked.filter((id) => {
    const input = inputs.find((known) => known.id === id);
    return !hasValue(id) && (input?.required ?? true) && input?.default === undefined;
  });
}
