// What merging a portable file into the catalog would do, row by row, and the edits that do it. Pure.
import { isDeepStrictEqual } from 'node:util';
import { PortolanError } from '../../shared/errors.ts';
import type { MergeChoice, MergeRow } from '../../shared/model/portable.ts';
import type { Endpoint, ServerEntry } from '../../shared/model/server-entry.ts';
import { SERVER_NAME_PATTERN } from '../../shared/model/server-name.ts';
import { nameKey } from '../base/name-key.ts';
import { serverIdentity } from '../clients/server-identity.ts';
import { uniqueName } from '../clients/server-names.ts';
import { writtenIdentity } from './identity-edits.ts';
import { writeInput } from './input-form.ts';
import { type PortableContent, type PortableFile, refuseLiterals } from './portable-file.ts';
import { writeProfile } from './profile-form.ts';
import { askedInputs } from './secret-inputs.ts';

type Kind = MergeRow['kind'];
type Fields = MergeRow['fields'];

/** The catalog as it is now, with every name that is taken, entries that cannot be used included. */
export interface Present extends PortableContent {
  readonly names: readonly string[];
  /** Ids of inputs that are defined, asked for, or have a value. */
  readonly usedInputs: readonly string[];
}

/**
 * The rows of a merge. An input that is in use here is offered under a new id first when a server that is not here yet
 * asks for it: the file could otherwise be given the value that is kept under it.
 */
export function mergeRows(present: Present, { content, bad }: PortableFile): MergeRow[] {
  const profileNames = present.profiles.map(({ name }) => name);
  const defined = new Set(content.inputs.map(({ id }) => id));
  const servers = content.servers.map((server) => {
    const key = nameKey(server.name);
    const before = present.servers.find(({ name }) => nameKey(name) === key);
    const isTaken = [...present.names, ...profileNames].some((name) => nameKey(name) === key);
    const isOther = before === undefined || before.name !== server.name;
    const sameServer = !isOther && serverIdentity(before.endpoint) === serverIdentity(server.endpoint);
    const taken = [...present.names, ...profileNames, ...content.servers.map(({ name }) => name)];
    return row('server', server.name, {
      problem: problemOf(server, defined),
      fields: fieldsOf(isOther ? undefined : plainServer(before), plainServer(server)),
      taken: isTaken,
      sameThing: sameServer,
      canReplace: !isOther,
      others: taken,
      endpoint: server.endpoint,
    });
  });
  const profiles = content.profiles.map((profile) => {
    const before = present.profiles.find(({ name }) => nameKey(name) === nameKey(profile.name));
    const others = [...present.names, ...profileNames, ...content.profiles.map(({ name }) => name)];
    return row('profile', profile.name, {
      problem: nameProblem(profile.name),
      fields: fieldsOf(before && writeProfile(before), writeProfile(profile)),
      taken: others
        .slice(0, present.names.length + profileNames.length)
        .some((name) => nameKey(name) === nameKey(profile.name)),
      sameThing: false,
      canReplace: before?.name === profile.name,
      others,
    });
  });
  const identities = content.identities.map((identity) => {
    const before = present.identities.find(({ name }) => nameKey(name) === nameKey(identity.name));
    return row('identity', identity.name, {
      problem: askedInputs(identity).some((id) => !defined.has(id))
        ? 'It asks for an input that is not defined.'
        : undefined,
      fields: fieldsOf(before && writtenIdentity(before), writtenIdentity(identity)),
      taken: before !== undefined,
      sameThing: before?.issuer === identity.issuer && before.clientId === identity.clientId,
      canReplace: before?.name === identity.name,
      others: [...present.identities, ...content.identities].map(({ name }) => name),
    });
  });
  const newcomers = [...servers, ...identities].filter(({ action }) => action !== 'same').map(({ key }) => key);
  const askers = [
    ...content.servers.map((server) => [`server:${server.name}`, askedInputs(server)] as const),
    ...content.identities.map((identity) => [`identity:${identity.name}`, askedInputs(identity)] as const),
  ].filter(([key]) => newcomers.includes(key));
  const inputs = content.inputs.map((input) => {
    const before = present.inputs.find(({ id }) => id === input.id);
    const merged = row('input', input.id, {
      problem: undefined,
      fields: fieldsOf(before && writeInput(before), writeInput(input)),
      taken: present.usedInputs.includes(input.id),
      sameThing: false,
      canReplace: before !== undefined,
      others: [...present.usedInputs, ...content.inputs.map(({ id }) => id)],
    });
    const isAsked = askers.some(([, ids]) => ids.includes(input.id));
    if (merged.action === 'add' || !isAsked) return merged;
    const keys = new Set([...present.usedInputs, ...content.inputs.map(({ id }) => id)].map(nameKey));
    const renamed = uniqueName(input.id, (candidate) => keys.has(nameKey(candidate)));
    return { ...merged, action: 'clash' as const, choices: ['rename' as const, 'keep' as const], renamed };
  });
  const refused = bad.map(({ kind, name, reason }) => refuse(kind, name, reason));
  return [...servers, ...profiles, ...identities, ...inputs, ...refused];
}

/** The choice that counts for a row. Throws INPUT_INVALID for one that the row does not offer. */
export function choiceOf(
  merged: MergeRow,
  choices: Readonly<Record<string, MergeChoice>>,
): MergeChoice | 'add' | 'none' {
  const wanted = Object.hasOwn(choices, merged.key) ? choices[merged.key] : undefined;
  if (wanted !== undefined && !merged.choices.includes(wanted)) {
    throw new PortolanError('INPUT_INVALID', `${merged.key} cannot be resolved with "${wanted}"`, {
      hint: merged.choices.length === 0 ? 'There is nothing to choose.' : `Choose ${merged.choices.join(' or ')}.`,
    });
  }
  if (merged.action === 'add') return 'add';
  return wanted ?? merged.choices[0] ?? 'none';
}

interface RowFacts {
  readonly problem: string | undefined;
  readonly fields: Fields;
  readonly taken: boolean;
  /** What has the name is the same thing with other settings. */
  readonly sameThing: boolean;
  readonly canReplace: boolean;
  readonly others: readonly string[];
  /** Of a server. */
  readonly endpoint?: Endpoint;
}

function row(kind: Kind, name: string, facts: RowFacts): MergeRow {
  if (facts.problem !== undefined) return refuse(kind, name, facts.problem);
  const { endpoint } = facts;
  const shared = { key: `${kind}:${name}`, kind, name, fields: facts.fields, ...(endpoint && { endpoint }) };
  if (!facts.taken) return { ...shared, action: 'add', choices: [] };
  if (facts.canReplace && facts.fields.length === 0) return { ...shared, action: 'same', choices: [] };
  const keys = new Set(facts.others.map(nameKey));
  const renamed = uniqueName(name, (candidate) => keys.has(nameKey(candidate)));
  if (facts.sameThing && facts.canReplace) {
    return { ...shared, action: 'change', choices: ['replace', 'keep', 'rename'], renamed };
  }
  const choices: MergeChoice[] = facts.canReplace ? ['keep', 'replace', 'rename'] : ['keep', 'rename'];
  return { ...shared, action: 'clash', choices, renamed };
}

function refuse(kind: Kind, name: string, reason: string): MergeRow {
  return { key: `${kind}:${name}`, kind, name, action: 'refuse', choices: [], fields: [], reason };
}

function problemOf(server: ServerEntry, defined: ReadonlySet<string>): string | undefined {
  const problem = nameProblem(server.name);
  if (problem !== undefined) return problem;
  const undefinedInput = askedInputs(server).find((id) => !defined.has(id));
  if (undefinedInput !== undefined) return `It asks for the input ${undefinedInput}, which its file does not define.`;
  try {
    refuseLiterals(server);
    return undefined;
  } catch (error) {
    return error instanceof PortolanError ? error.message : 'It holds a secret.';
  }
}

function nameProblem(name: string): string | undefined {
  return SERVER_NAME_PATTERN.test(name) ? undefined : 'Its name is not one that the catalog takes.';
}

function plainServer({ endpoint, options }: ServerEntry): object {
  return { ...endpoint, ...options };
}

/** The fields in which two plain objects differ. */
function fieldsOf(before: object | undefined, after: object): Fields {
  const [old, now]: Record<string, unknown>[] = [{ ...before }, { ...after }];
  const names = [...new Set([...Object.keys(old ?? {}), ...Object.keys(now ?? {})])];
  return names
    .map((field) => ({ field, before: textOf(old?.[field]), after: textOf(now?.[field]) }))
    .filter((one) => !isDeepStrictEqual(one.before, one.after))
    .map(({ field, before: from, after: to }) => ({
      field,
      ...(from === undefined ? {} : { before: from }),
      ...(to === undefined ? {} : { after: to }),
    }));
}

function textOf(value: unknown): string | undefined {
  return value === undefined ? undefined : JSON.stringify(value);
}
