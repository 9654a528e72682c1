// Every change that can be made to a catalog, as a pure function from what is in the file now to its new text.
import { insertIn, removeIn, renameIn, withObject } from '../base/json-edit.ts';
import { nameKey } from '../base/name-key.ts';
import { PortolanError } from '../../shared/errors.ts';
import type { Endpoint, ServerEntry } from '../../shared/model/server-entry.ts';
import { SERVER_NAME_PATTERN } from '../../shared/model/server-name.ts';
import { type CatalogContent, MAX_SERVERS, readCatalog } from './catalog-file.ts';
import { refuseSecretsInAuth } from './auth-form.ts';
import { checkEndpointUrl } from './endpoint-url.ts';
import { editEndpoint, editOptions, type OptionsPatch, writeEntry } from './entry-form.ts';
import { withMemberRenamed, withoutMember } from './profile-form.ts';
import { refuseLiteralSecrets, refuseSecretsInLayers } from './secret-guard.ts';

/** Gives the new text; throws a PortolanError when the change cannot be made to this content. */
export type CatalogEdit = (content: CatalogContent) => string;

const SERVERS = ['mcpServers'] as const;

/** One edit after the other, each on what the one before it left. */
export function allOf(edits: readonly CatalogEdit[]): CatalogEdit {
  const [first, ...rest] = edits;
  if (first === undefined) return ({ text }) => text;
  return (content) => rest.reduce((text, edit) => edit(readCatalog(Buffer.from(text))), first(content));
}

export function addEntries(added: readonly ServerEntry[]): CatalogEdit {
  for (const { name, endpoint, options } of added) {
    checkName(name);
    checkEndpoint(endpoint);
    if (options.auth !== undefined) refuseSecretsInAuth(options.auth);
    refuseSecretsInLayers(options.clients);
  }
  return (content) => {
    const taken = new Map([...content.names].map((name) => [nameKey(name), name]));
    for (const { name } of added) refuseProfileName(content, name);
    if (content.names.size + added.length > MAX_SERVERS) {
      throw new PortolanError(
        'RESOURCE_EXHAUSTED',
        `a catalog holds at most ${MAX_SERVERS.toLocaleString('en')} servers`,
        {
          hint: 'Remove servers that are not used.',
        },
      );
    }
    for (const { name } of added) {
      refuseTaken(name, taken.get(nameKey(name)));
      taken.set(nameKey(name), name);
    }
    if (added.length === 0) return content.text;
    const members = added.map((entry) => [entry.name, writeEntry(entry)] as const);
    return insertIn(withObject(content.text, SERVERS), SERVERS, members);
  };
}

export function updateEntry(name: string, patch: { endpoint?: Endpoint; options?: OptionsPatch }): CatalogEdit {
  if (patch.endpoint !== undefined) checkEndpoint(patch.endpoint);
  if (patch.options?.auth !== undefined) refuseSecretsInAuth(patch.options.auth);
  refuseSecretsInLayers(patch.options?.clients);
  return (content) => {
    const { endpoint, options } = existing(content, name);
    const path = [...SERVERS, name];
    const text =
      patch.endpoint === undefined ? content.text : editEndpoint(content.text, path, endpoint, patch.endpoint);
    return patch.options === undefined ? text : editOptions(text, path, options, patch.options);
  };
}

export function removeEntry(name: string): CatalogEdit {
  return (content) => {
    if (!content.names.has(name)) throw notFound(name);
    return withoutMember(content, removeIn(content.text, [...SERVERS, name]), name);
  };
}

export function renameEntry(name: string, to: string): CatalogEdit {
  checkName(to);
  return (content) => {
    existing(content, name);
    const key = nameKey(to);
    refuseTaken(
      to,
      to === name ? undefined : [...content.names].find((other) => other !== name && nameKey(other) === key),
    );
    refuseProfileName(content, to);
    return withMemberRenamed(content, renameIn(content.text, [...SERVERS, name], to), { from: name, to });
  };
}

/** The good entry `name`; throws SERVER_NOT_FOUND, or CATALOG_INVALID when it is there but cannot be used. */
export function existing(content: CatalogContent, name: string): ServerEntry {
  const entry = content.entries.get(name);
  if (entry !== undefined) return entry;
  throw content.badEntries.find((bad) => bad.name === name)?.error ?? notFound(name);
}

/** A server and a profile of one name would be one entry in a client's file. */
function refuseProfileName({ profiles }: CatalogContent, name: string): void {
  const taken = [...profiles.keys()].find((profile) => nameKey(profile) === nameKey(name));
  if (taken === undefined) return;
  throw new PortolanError('DUPLICATE_NAME', `there is already a profile named ${taken}`, {
    hint: 'Choose another name.',
    data: { name, existing: taken },
  });
}

/** @throws PortolanError NAME_INVALID */
export function checkName(name: string, what: 'server' | 'profile' | 'identity' = 'server'): void {
  if (SERVER_NAME_PATTERN.test(name)) return;
  throw new PortolanError('NAME_INVALID', `this is not a name for ${what === 'identity' ? 'an' : 'a'} ${what}`, {
    hint: 'Use 1 to 64 letters, digits, dots, dashes or underscores, beginning with a letter, digit or underscore.',
  });
}

function checkEndpoint(endpoint: Endpoint): void {
  if (endpoint.type !== 'stdio') checkEndpointUrl(endpoint.url);
  refuseLiteralSecrets(endpoint);
}

function refuseTaken(name: string, by: string | undefined): void {
  if (by === undefined) return;
  const message =
    by === name
      ? `there is already a server named ${name}`
      : `the name ${name} differs from the server ${by} only in upper and lower case`;
  throw new PortolanError('DUPLICATE_NAME', message, { hint: 'Choose another name.', data: { name, existing: by } });
}

function notFound(name: string): PortolanError {
  return new PortolanError('SERVER_NOT_FOUND', `there is no server named ${JSON.stringify(name)} in the catalog`, {
    hint: '`portolan list` shows the names.',
  });
}
