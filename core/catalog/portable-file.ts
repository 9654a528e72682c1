// The portable form of a catalog: one text without secrets, in a fixed order, that says which version of the form it has.
import { PortolanError } from '../../shared/errors.ts';
import type { CatalogInput } from '../../shared/model/catalog-input.ts';
import type { Identity } from '../../shared/model/identity.ts';
import type { Profile } from '../../shared/model/profile.ts';
import type { ServerEntry } from '../../shared/model/server-entry.ts';
import { SERVER_NAME_PATTERN } from '../../shared/model/server-name.ts';
import { emptyRecord, type JsonNode, membersOf, parseJsonTree, plainValue } from '../base/json-tree.ts';
import { looksSecret } from '../base/secret-shape.ts';
import { refuseSecretsInAuth } from './auth-form.ts';
import { readEntry, writeEntry } from './entry-form.ts';
import { readIdentity } from './identity-form.ts';
import { readInput, writeInput } from './input-form.ts';
import { readProfile, writeProfile } from './profile-form.ts';
import { writtenIdentity } from './identity-edits.ts';
import { askedInputs, inputsAsSecrets, secretInputs } from './secret-inputs.ts';
import { refuseLiteralSecrets, refuseSecretsInLayers } from './secret-guard.ts';

const PORTABLE_FORMAT = 'portolan-catalog';
const PORTABLE_VERSION = 1;
const MAX_PORTABLE_CHARS = 16 * 1024 * 1024;
const ROOT_KEYS = new Set(['$schema', 'format', 'version', 'mcpServers', 'profiles', 'identities', 'inputs']);

/** A file of someone else has no business naming what is in this keychain: it could send it anywhere. */
const FOREIGN_SECRET = 'it names a secret of your keychain; if you trust it with that, add it by hand';

export interface PortableContent {
  readonly servers: readonly ServerEntry[];
  readonly profiles: readonly Profile[];
  readonly identities: readonly Identity[];
  readonly inputs: readonly CatalogInput[];
}

/** What cannot be used of a file that can be read as a whole. */
interface BadItem {
  readonly kind: 'server' | 'profile' | 'identity' | 'input';
  readonly name: string;
  readonly reason: string;
}

export interface PortableFile {
  readonly content: PortableContent;
  readonly bad: readonly BadItem[];
}

/**
 * `content` as the text of a portable file: members by name, secrets as inputs. Throws EXPORT_REFUSED naming the place
 * of a literal that looks like a secret.
 */
export function writePortable(content: PortableContent): string {
  const known = [...content.inputs, ...undefinedInputs(content)];
  const { replace, made } = secretInputs(known);
  for (const entry of content.servers) refuseLiterals(entry);
  const servers = byName(
    content.servers,
    ({ name }) => name,
    (entry) => writeEntry(replace(entry)),
  );
  const identities = byName(
    content.identities,
    ({ name }) => name,
    (identity) => replace(writtenIdentity(identity)),
  );
  const profiles = byName(content.profiles, ({ name }) => name, writeProfile);
  const inputs = byName([...known, ...made()], ({ id }) => id, writeInput);
  const file = {
    format: PORTABLE_FORMAT,
    version: PORTABLE_VERSION,
    mcpServers: servers,
    ...(Object.keys(profiles).length === 0 ? {} : { profiles }),
    ...(Object.keys(identities).length === 0 ? {} : { identities }),
    ...(Object.keys(inputs).length === 0 ? {} : { inputs }),
  };
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

/**
 * The content of a portable file; undefined for a text that does not say it is one. Throws CATALOG_NEWER for a later
 * version, CATALOG_INVALID (data: line, column) for one that breaks its form.
 */
export function readPortable(text: string): PortableFile | undefined {
  if (text.length > MAX_PORTABLE_CHARS) throw invalid('it is larger than 16 MiB');
  const parsed = parseJsonTree(text.replace(/^\uFEFF/, ''));
  if (parsed.kind === 'error') {
    if (!text.includes(`"${PORTABLE_FORMAT}"`)) return undefined;
    throw invalid(parsed.message, { line: parsed.line, column: parsed.column });
  }
  const root = membersOf(parsed.tree.root);
  if (root.get('format')?.value.value !== PORTABLE_FORMAT) return undefined;
  const version: unknown = root.get('version')?.value.value;
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1) throw invalid('its version is missing');
  if (version > PORTABLE_VERSION) {
    throw new PortolanError('CATALOG_NEWER', `the file has version ${version} of its format, this program knows 1`, {
      hint: 'Update Portolan; nothing was changed.',
      data: { version },
    });
  }
  const unknown = [...root.keys()].find((key) => !ROOT_KEYS.has(key));
  if (unknown !== undefined) throw invalid(`it has a key ${JSON.stringify(unknown)} that version 1 does not know`);
  const bad: BadItem[] = [];
  const list = <T>(
    key: string,
    kind: BadItem['kind'],
    read: (name: string, value: unknown) => { readonly value: T } | { readonly problem: string },
  ): T[] =>
    [...objectAt(root.get(key)?.value, key)].flatMap(([name, node]) => {
      const value = plainValue(node);
      const result = namesSecret(value) ? { problem: FOREIGN_SECRET } : read(name, value);
      if ('value' in result) return [result.value];
      bad.push({ kind, name, reason: result.problem });
      return [];
    });
  const content = {
    servers: list('mcpServers', 'server', (name, value) => {
      const read = readEntry(name, authAsSecrets(value));
      return 'entry' in read ? { value: read.entry } : read;
    }),
    profiles: list('profiles', 'profile', readProfile),
    identities: list('identities', 'identity', (name, value) => readIdentity(name, inputsAsSecrets(value))),
    inputs: list('inputs', 'input', readInput),
  };
  return { content, bad };
}

/** What servers ask for and nobody defined counts as a secret here, and so it does for the receiver. */
function undefinedInputs({ servers, identities, inputs }: PortableContent): CatalogInput[] {
  const asked = new Set(askedInputs([servers.map(({ endpoint, options }) => [endpoint, options.auth]), identities]));
  return [...asked]
    .filter((id) => !inputs.some((input) => input.id === id) && SERVER_NAME_PATTERN.test(id))
    .map((id) => ({ id, kind: 'prompt', secret: true, required: true }));
}

function namesSecret(value: unknown): boolean {
  return JSON.stringify(value).includes('${secret:');
}

/** Throws EXPORT_REFUSED with the place of a literal in `entry` that looks like a secret, never its value. */
export function refuseLiterals({ name, endpoint, options }: ServerEntry): void {
  try {
    refuseLiteralSecrets(endpoint);
    if (options.auth !== undefined) refuseSecretsInAuth(options.auth);
    refuseSecretsInLayers(options.clients);
    for (const field of ['title', 'description'] as const) {
      if (looksSecret('', options[field] ?? '')) {
        throw new PortolanError('INPUT_INVALID', `${field} looks like a secret`, { data: { field } });
      }
    }
  } catch (error) {
    if (!(error instanceof PortolanError) || error.code !== 'INPUT_INVALID') throw error;
    const field = String(error.data['field']);
    throw new PortolanError('EXPORT_REFUSED', `${name}: ${field} looks like a secret, and the file must not hold one`, {
      hint: `Store it with "portolan secret set NAME" and write \${secret:NAME} there.`,
      data: { server: name, field },
    });
  }
}

/** The block `auth` takes only references to the keychain, which has the value of a secret input. */
function authAsSecrets(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('portolan' in value)) return value;
  const { portolan } = value;
  if (typeof portolan !== 'object' || portolan === null || !('auth' in portolan)) return value;
  return { ...value, portolan: { ...portolan, auth: inputsAsSecrets(portolan.auth) } };
}

function objectAt(node: JsonNode | undefined, key: string): [name: string, node: JsonNode][] {
  if (node === undefined) return [];
  if (node.type !== 'object') throw invalid(`${key} must be an object in braces`);
  return [...membersOf(node).values()].map((member) => [member.key, member.value]);
}

function byName<T>(
  items: readonly T[],
  nameOf: (item: T) => string,
  write: (item: T) => object,
): Record<string, object> {
  const result = emptyRecord<object>();
  const sorted = items.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  for (const item of sorted) result[nameOf(item)] = write(item);
  return result;
}

function invalid(problem: string, data: { line?: number; column?: number } = {}): PortolanError {
  return new PortolanError('CATALOG_INVALID', `the catalog file cannot be read: ${problem}`, {
    hint: 'Export it again, or correct it in an editor.',
    data,
  });
}
