// Reads the description of a server as registries and cards hold it (server.json, schema 2025-12-11, and older forms with
// snake_case). It believes nothing: sizes are limited, and what has the wrong shape is refused with a plain sentence.
import { createHash } from 'node:crypto';
import { PortolanError } from '../../shared/errors.ts';
import { type JsonObject, objectOf } from '../base/json-object.ts';

export interface InputTemplate {
  readonly name: string;
  readonly description: string | undefined;
  readonly isRequired: boolean;
  readonly isSecret: boolean;
  readonly format: 'string' | 'number' | 'boolean' | 'filepath';
  readonly default: string | undefined;
  readonly placeholder: string | undefined;
  readonly choices: readonly string[] | undefined;
  /** Fixed, with `{curly}` variables; undefined: a person is asked. */
  readonly value: string | undefined;
  readonly variables: ReadonlyMap<string, InputTemplate>;
}

export interface ArgumentTemplate extends InputTemplate {
  readonly kind: 'positional' | 'named';
  readonly valueHint: string | undefined;
  readonly isRepeated: boolean;
}

export interface PackageTemplate {
  /** npm, pypi, oci, nuget, mcpb and others. */
  readonly type: string;
  readonly baseUrl: string | undefined;
  readonly identifier: string;
  readonly version: string | undefined;
  readonly fileSha256: string | undefined;
  readonly runtimeHint: string | undefined;
  /** stdio when absent in the file. */
  readonly transport: string;
  readonly runtimeArguments: readonly ArgumentTemplate[];
  readonly packageArguments: readonly ArgumentTemplate[];
  readonly environment: readonly InputTemplate[];
}

export interface RemoteTemplate {
  readonly type: string;
  readonly url: string;
  readonly headers: readonly InputTemplate[];
  readonly variables: ReadonlyMap<string, InputTemplate>;
  /** Of a card: the revisions of the protocol that it says it speaks. */
  readonly protocolVersions: readonly string[];
}

export interface ServerTemplate {
  readonly name: string;
  readonly title: string | undefined;
  readonly description: string;
  readonly version: string;
  readonly websiteUrl: string | undefined;
  readonly repositoryUrl: string | undefined;
  readonly packages: readonly PackageTemplate[];
  readonly remotes: readonly RemoteTemplate[];
  /** SHA-256 in hex of the file, keys in order. */
  readonly sha256: string;
  readonly raw: JsonObject;
}

const NAME = /^[a-zA-Z0-9._-]+\/[a-zA-Z0-9._-]+$/;
const MAX_NAME = 200;
const MAX_TEXT = 8_192;
const MAX_ITEMS = 100;
const FORMATS = ['string', 'number', 'boolean', 'filepath'] as const;

/** @throws PortolanError METADATA_INVALID naming the field */
export function readServerJson(value: unknown): ServerTemplate {
  const raw = objectOf(value);
  if (raw === undefined) throw invalid('the description is no object');
  const name = text(raw, ['name']) ?? '';
  if (!NAME.test(name) || name.length > MAX_NAME) throw invalid('name is not of the form namespace/name');
  const detail = objectOf(raw['version_detail']);
  const version = text(raw, ['version']) ?? (detail === undefined ? undefined : text(detail, ['version']));
  if (version === undefined || version === '' || version.length > 255) throw invalid('version is missing or too long');
  const repository = objectOf(raw['repository']);
  return {
    name,
    title: text(raw, ['title']),
    description: text(raw, ['description']) ?? '',
    version,
    websiteUrl: text(raw, ['websiteUrl', 'website_url']),
    repositoryUrl: repository === undefined ? undefined : text(repository, ['url']),
    packages: list(raw, ['packages']).map(readPackage),
    remotes: list(raw, ['remotes']).map(readRemote),
    sha256: createHash('sha256').update(orderedJson(raw)).digest('hex'),
    raw,
  };
}

function readPackage(raw: JsonObject): PackageTemplate {
  const identifier = text(raw, ['identifier', 'name']);
  if (identifier === undefined) throw invalid('a package has no identifier');
  const transport = objectOf(raw['transport']);
  return {
    type: (text(raw, ['registryType', 'registry_type', 'registry_name']) ?? '').toLowerCase(),
    baseUrl: text(raw, ['registryBaseUrl', 'registry_base_url']),
    identifier,
    version: text(raw, ['version']),
    fileSha256: text(raw, ['fileSha256', 'file_sha256']),
    runtimeHint: text(raw, ['runtimeHint', 'runtime_hint']),
    transport: (transport === undefined ? undefined : text(transport, ['type'])) ?? 'stdio',
    runtimeArguments: list(raw, ['runtimeArguments', 'runtime_arguments']).map(readArgument),
    packageArguments: list(raw, ['packageArguments', 'package_arguments']).map(readArgument),
    environment: list(raw, ['environmentVariables', 'environment_variables']).map((one) => readInput(one)),
  };
}

function readRemote(raw: JsonObject): RemoteTemplate {
  const url = text(raw, ['url']);
  if (url === undefined) throw invalid('a remote has no url');
  const versions = raw['supportedProtocolVersions'];
  return {
    type: text(raw, ['type', 'transport_type']) ?? 'streamable-http',
    url,
    headers: list(raw, ['headers']).map((one) => readInput(one)),
    variables: readVariables(raw['variables']),
    protocolVersions: Array.isArray(versions) ? versions.filter((one) => typeof one === 'string').slice(0, 50) : [],
  };
}

function readArgument(raw: JsonObject): ArgumentTemplate {
  const kind = text(raw, ['type']) === 'named' ? 'named' : 'positional';
  const valueHint = text(raw, ['valueHint', 'value_hint']);
  const name = text(raw, ['name']) ?? (kind === 'positional' ? (valueHint ?? '') : undefined);
  if (name === undefined || (kind === 'named' && name === '')) throw invalid('a named argument has no name');
  return { ...readInput(raw, name), kind, valueHint, isRepeated: flag(raw, ['isRepeated', 'is_repeated']) };
}

function readInput(raw: JsonObject, known?: string, depth = 0): InputTemplate {
  const name = known ?? text(raw, ['name']);
  if (name === undefined) throw invalid('an input has no name');
  const choices = raw['choices'];
  if (choices !== undefined && (!Array.isArray(choices) || choices.length > MAX_ITEMS))
    throw invalid('choices is no short list');
  const format = FORMATS.find((known) => known === raw['format']) ?? 'string';
  return {
    name,
    description: text(raw, ['description']),
    isRequired: flag(raw, ['isRequired', 'is_required']),
    isSecret: flag(raw, ['isSecret', 'is_secret']),
    format,
    default: scalar(raw['default'], 'default'),
    placeholder: text(raw, ['placeholder']),
    choices: choices?.map((one: unknown) => scalar(one, 'choices') ?? ''),
    value: scalar(raw['value'], 'value'),
    variables: depth > 0 ? new Map() : readVariables(raw['variables']),
  };
}

/** A Map, so that no name of a stranger's can mean something to an object. */
function readVariables(value: unknown): ReadonlyMap<string, InputTemplate> {
  const variables = Object.entries(objectOf(value) ?? {});
  if (variables.length > MAX_ITEMS) throw invalid('there are too many variables');
  return new Map(
    variables.map(([name, one]) => {
      const raw = objectOf(one);
      if (raw === undefined) throw invalid('a variable is no object');
      return [name, readInput(raw, name, 1)];
    }),
  );
}

/** The first of `names` that is there, as text. */
function text(raw: JsonObject, names: readonly string[]): string | undefined {
  const name = names.find((one) => Object.hasOwn(raw, one) && raw[one] !== null && raw[one] !== undefined);
  return name === undefined ? undefined : scalar(raw[name], name);
}

/** A text, number or truth value as text. */
function scalar(value: unknown, name: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') throw invalid(`${name} is no text`);
  if (value.length > MAX_TEXT) throw invalid(`${name} is longer than ${MAX_TEXT} characters`);
  if (value.includes('\0')) throw invalid(`${name} holds a NUL character`);
  return value;
}

function flag(raw: JsonObject, names: readonly string[]): boolean {
  return names.some((name) => Object.hasOwn(raw, name) && raw[name] === true);
}

function list(raw: JsonObject, names: readonly string[]): JsonObject[] {
  const name = names.find((one) => Array.isArray(raw[one]));
  const items = name === undefined ? [] : (raw[name] as unknown[]);
  if (items.length > MAX_ITEMS) throw invalid(`${name} has more than ${MAX_ITEMS} items`);
  return items.map((item) => {
    const one = objectOf(item);
    if (one === undefined) throw invalid(`${name} holds what is no object`);
    return one;
  });
}

/** JSON with the keys of every object in order: the same facts give the same text. */
function orderedJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(orderedJson).join(',')}]`;
  const object = objectOf(value);
  if (object === undefined) return JSON.stringify(value) ?? 'null';
  const members = Object.keys(object)
    .toSorted()
    .map((key) => `${JSON.stringify(key)}:${orderedJson(object[key])}`);
  return `{${members.join(',')}}`;
}

function invalid(what: string): PortolanError {
  return new PortolanError('METADATA_INVALID', `This is no description of a server: ${what}.`, {
    hint: 'Tell the publisher of the server or the operator of the registry.',
  });
}
