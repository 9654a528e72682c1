// What the bytes of catalog.json mean: the good entries, the bad ones by name, or why the file cannot be used.
import { PortolanError } from '../../shared/errors.ts';
import type { CatalogInput } from '../../shared/model/catalog-input.ts';
import type { Identity } from '../../shared/model/identity.ts';
import type { Profile } from '../../shared/model/profile.ts';
import type { ServerEntry } from '../../shared/model/server-entry.ts';
import { type JsonNode, membersOf, nodeAt, parseJsonTree, plainValue, positionOf } from '../base/json-tree.ts';
import { CATALOG_VERSION } from './catalog-schema.ts';
import { readEntry } from './entry-form.ts';
import { IDENTITIES, readIdentity } from './identity-form.ts';
import { INPUTS, readInput } from './input-form.ts';
import { PROFILES, readProfile } from './profile-form.ts';

export const MAX_CATALOG_BYTES = 16 * 1024 * 1024;
export const MAX_SERVERS = 10_000;

/** `refusal` is set when the file must not be written; `entries` is what may be served from it all the same. */
export interface CatalogContent {
  /** Without byte order mark. */
  readonly text: string;
  readonly bom: string;
  readonly entries: ReadonlyMap<string, ServerEntry>;
  /** Every name in the file, bad entries included. */
  readonly names: ReadonlySet<string>;
  readonly badEntries: readonly BadEntry[];
  readonly profiles: ReadonlyMap<string, Profile>;
  /** Profiles that cannot be used, by name. */
  readonly badProfiles: readonly BadEntry[];
  readonly identities: ReadonlyMap<string, Identity>;
  /** Identities that cannot be used, by name. */
  readonly badIdentities: readonly BadEntry[];
  readonly inputs: ReadonlyMap<string, CatalogInput>;
  /** Inputs that cannot be used, by id. */
  readonly badInputs: readonly BadEntry[];
  readonly refusal: PortolanError | undefined;
}

interface BadEntry {
  readonly name: string;
  readonly error: PortolanError;
}

/** A new file begins as this. */
const EMPTY_CATALOG = `{\n  "mcpServers": {},\n  "portolan": { "version": ${CATALOG_VERSION} }\n}\n`;

/** Reads a catalog; a missing file (`undefined`) is an empty one. Never throws. */
export function readCatalog(bytes: Buffer | undefined): CatalogContent {
  if (bytes === undefined) return { ...empty(EMPTY_CATALOG, ''), refusal: undefined };
  if (bytes.length > MAX_CATALOG_BYTES) return refusedContent('', '', 'the catalog is larger than 16 MiB');
  const decoded = decode(bytes);
  if (decoded === undefined) return refusedContent('', '', 'the catalog is not UTF-8 text');
  const bom = decoded.startsWith('\uFEFF') ? '\uFEFF' : '';
  const text = decoded.slice(bom.length);
  const parsed = parseJsonTree(text);
  if (parsed.kind === 'error') {
    const { message, line, column } = parsed;
    return { ...empty(text, bom), refusal: invalid(message, { line, column }) };
  }
  const { root } = parsed.tree;
  if (root !== undefined) return readRoot(text, bom, root);
  const isBlank = text.trim() === '';
  const message = isBlank ? 'the file is empty' : 'a value is missing';
  return { ...empty(text, bom), refusal: invalid(message, positionOf(text, isBlank ? 0 : text.length)) };
}

function readRoot(text: string, bom: string, root: JsonNode): CatalogContent {
  const at = (node: JsonNode, message: string): CatalogContent => {
    return { ...empty(text, bom), refusal: invalid(message, positionOf(text, node.offset)) };
  };
  if (root.type !== 'object') return at(root, 'the catalog must be an object in braces');
  const servers = nodeAt(root, ['mcpServers']);
  if (servers !== undefined && servers.type !== 'object') return at(servers, 'mcpServers must be an object in braces');
  const own = nodeAt(root, ['portolan']);
  if (own !== undefined && own.type !== 'object') return at(own, 'portolan must be an object in braces');
  const versionNode = nodeAt(root, ['portolan', 'version']);
  const version: unknown = versionNode === undefined ? CATALOG_VERSION : versionNode.value;
  if (versionNode !== undefined && (typeof version !== 'number' || !Number.isInteger(version) || version < 1)) {
    return at(versionNode, 'portolan.version must be a whole number from 1 up');
  }
  const nodes = membersOf(servers);
  if (servers !== undefined && nodes.size > MAX_SERVERS) {
    return at(servers, `the catalog holds more than ${MAX_SERVERS.toLocaleString('en')} servers`);
  }
  const entries = new Map<string, ServerEntry>();
  const badEntries: BadEntry[] = [];
  for (const [name, { value: node }] of nodes) {
    const read = readEntry(name, plainValue(node));
    if ('entry' in read) entries.set(name, read.entry);
    else badEntries.push({ name, error: badEntry(text, node, name, read.problem) });
  }
  const profileNodes = nodeAt(root, PROFILES);
  if (profileNodes !== undefined && profileNodes.type !== 'object') {
    return at(profileNodes, 'portolan.profiles must be an object in braces');
  }
  const identityNodes = nodeAt(root, IDENTITIES);
  if (identityNodes !== undefined && identityNodes.type !== 'object') {
    return at(identityNodes, 'portolan.identities must be an object in braces');
  }
  const inputNodes = nodeAt(root, INPUTS);
  if (inputNodes !== undefined && inputNodes.type !== 'object') {
    return at(inputNodes, 'portolan.inputs must be an object in braces');
  }
  const { good: profiles, bad: badProfiles } = readNamed(text, profileNodes, 'profile', readProfile);
  const { good: identities, bad: badIdentities } = readNamed(text, identityNodes, 'identity', readIdentity);
  const { good: inputs, bad: badInputs } = readNamed(text, inputNodes, 'input', readInput);
  const refusal = typeof version === 'number' && version > CATALOG_VERSION ? newer(version) : undefined;
  return {
    text,
    bom,
    entries,
    names: new Set(nodes.keys()),
    badEntries,
    profiles,
    badProfiles,
    identities,
    badIdentities,
    inputs,
    badInputs,
    refusal,
  };
}

function badEntry(text: string, node: JsonNode, name: string, problem: string): PortolanError {
  const message = `server ${JSON.stringify(name)} cannot be used: ${problem}`;
  return invalid(message, { ...positionOf(text, node.offset), server: name });
}

/** What stands under names below `node`: what can be used, and what cannot with where and why. */
function readNamed<T>(
  text: string,
  node: JsonNode | undefined,
  what: string,
  read: (name: string, value: unknown) => { readonly value: T } | { readonly problem: string },
): { good: ReadonlyMap<string, T>; bad: BadEntry[] } {
  const good = new Map<string, T>();
  const bad: BadEntry[] = [];
  for (const [name, { value: member }] of membersOf(node)) {
    const result = read(name, plainValue(member));
    if ('value' in result) good.set(name, result.value);
    else {
      const message = `${what} ${JSON.stringify(name)} cannot be used: ${result.problem}`;
      bad.push({ name, error: invalid(message, positionOf(text, member.offset)) });
    }
  }
  return { good, bad };
}

function newer(version: number): PortolanError {
  return new PortolanError(
    'CATALOG_NEWER',
    `the catalog is in version ${version} of its format, this program knows 1`,
    {
      hint: 'Update Portolan; until then the catalog can be read but not changed.',
      data: { version },
    },
  );
}

function invalid(message: string, data: { line?: number; column?: number; server?: string }): PortolanError {
  return new PortolanError('CATALOG_INVALID', message, {
    hint: 'Correct the file in an editor; Portolan takes it over as soon as it is saved.',
    data,
  });
}

function refusedContent(text: string, bom: string, message: string): CatalogContent {
  return { ...empty(text, bom), refusal: invalid(message, {}) };
}

function empty(text: string, bom: string): Omit<CatalogContent, 'refusal'> {
  const none = { entries: new Map(), profiles: new Map(), identities: new Map(), inputs: new Map() };
  const bad = { badEntries: [], badProfiles: [], badIdentities: [], badInputs: [] };
  return { text, bom, ...none, names: new Set(), ...bad };
}

function decode(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
