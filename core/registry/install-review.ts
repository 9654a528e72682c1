// From a filled-in form to the entry and to all that a person has to see of it before saying yes. Pure.
import { createHash } from 'node:crypto';
import { PortolanError } from '../../shared/errors.ts';
import type { InstallInput, InstallOption, InstallRequest } from '../../shared/model/registry.ts';
import { type Endpoint, type ServerEntry, serverOptionsSchema } from '../../shared/model/server-entry.ts';
import { checkEndpointUrl } from '../catalog/endpoint-url.ts';
import { portableName, secretName, uniqueName } from '../clients/server-names.ts';
import { commandRisks } from '../policy/command-risks.ts';
import type { Description } from './description.ts';
import type { Prepared } from './registries.ts';

const MAX_SECRET_NAME = 128;

/** @throws PortolanError INPUT_INVALID naming a question, SERVER_NOT_FOUND, URL_REFUSED */
export function reviewOf(facts: {
  readonly request: InstallRequest;
  readonly described: Description;
  readonly option: InstallOption;
  readonly inputs: readonly InstallInput[];
  readonly build: (answers: Readonly<Record<string, string>>) => Endpoint;
  readonly entries: readonly ServerEntry[];
  readonly hasSecret: (name: string) => boolean;
}): Prepared {
  const { request, described, option, inputs, entries, hasSecret } = facts;
  const { server } = described;
  const before = request.update === undefined ? undefined : existing(entries, request.update);
  const taken = new Set(entries.map((entry) => entry.name.toLowerCase()));
  const wanted = portableName(server.name.split('/').at(-1) ?? '');
  const name = before?.name ?? request.name ?? uniqueName(wanted, (one) => taken.has(one.toLowerCase()));
  refuseUnknown(request, inputs);
  const earlier = before?.options.source?.inputs ?? {};
  const secretNames = secretNamesOf(name, request, inputs, earlier, hasSecret);
  const answers = answersOf(request, inputs, earlier, secretNames);
  const endpoint = facts.build(answers);
  if (endpoint.type !== 'stdio') checkEndpointUrl(endpoint.url);
  const entry: ServerEntry = {
    name,
    endpoint,
    options: serverOptionsSchema.parse({
      ...before?.options,
      title: before?.options.title ?? server.title?.slice(0, 100),
      description: server.description.slice(0, 500) || undefined,
      source: { ...described.source, type: option.type, inputs: answers },
    }),
  };
  const held = before === undefined ? undefined : whyHeld(before.endpoint, endpoint);
  const shown = {
    name,
    endpoint,
    version: server.version,
    risks: commandRisks(endpoint),
    secretNames,
    ...(before !== undefined && { before: before.endpoint, versionBefore: before.options.source?.version ?? '' }),
    ...(held !== undefined && { held }),
  };
  const digest = createHash('sha256')
    .update(JSON.stringify([shown, entry.options.source]))
    .digest('hex');
  return { review: { ...shown, digest }, entry };
}

function refuseUnknown({ values, secrets }: InstallRequest, inputs: readonly InstallInput[]): void {
  const known = new Map(inputs.map((input) => [input.id, input]));
  const unknown = [...Object.keys(values), ...secrets].find((id) => !known.has(id));
  if (unknown !== undefined) {
    throw new PortolanError('INPUT_INVALID', `There is no input ${unknown.slice(0, 80)}.`, {
      hint: `The inputs are: ${[...known.keys()].join(', ') || 'none'}.`,
    });
  }
  const open = Object.keys(values).find((id) => known.get(id)?.secret === true && !isReference(values[id]));
  if (open === undefined) return;
  throw new PortolanError('INPUT_INVALID', `${open} is a secret: it is asked for, or given as a reference.`, {
    hint: 'Secrets never stand on a command line.',
    data: { input: open },
  });
}

/** One name for each secret that will be handed over; an update writes a new value under a new name of its own. */
function secretNamesOf(
  name: string,
  { secrets }: InstallRequest,
  inputs: readonly InstallInput[],
  earlier: Readonly<Record<string, string>>,
  hasSecret: (name: string) => boolean,
): Record<string, string> {
  const given = new Set<string>();
  const pairs = inputs
    .filter(({ id }) => secrets.includes(id))
    .map(({ id, label }) => {
      const own = /^\$\{secret:([^{}]+)\}$/.exec(earlier[id] ?? '')?.[1];
      const chosen =
        own ?? uniqueName(secretName(name, label), (one) => given.has(one) || hasSecret(one), MAX_SECRET_NAME);
      given.add(chosen);
      return [id, chosen] as const;
    });
  return Object.fromEntries(pairs);
}

/** Only for questions that are asked: answers to those that a newer version no longer asks are left behind. */
function answersOf(
  { values }: InstallRequest,
  inputs: readonly InstallInput[],
  earlier: Readonly<Record<string, string>>,
  secretNames: Readonly<Record<string, string>>,
): Record<string, string> {
  const pairs = inputs.flatMap(({ id }) => {
    const secret = secretNames[id];
    const answer = secret === undefined ? (values[id] ?? earlier[id]) : `\${secret:${secret}}`;
    return answer === undefined || answer === '' ? [] : [[id, answer] as const];
  });
  return Object.fromEntries(pairs);
}

/** A change that an update alone does not approve. (CFG-18, CFG-20) */
function whyHeld(before: Endpoint, after: Endpoint): string | undefined {
  if (before.type !== 'stdio' && after.type === 'stdio')
    return 'It was an address and becomes a program that runs on this computer.';
  if (before.type === 'stdio' || after.type === 'stdio') return undefined;
  const hostOf = (url: string) => /^[^/]*\/\/([^/?#]*)/.exec(url)?.[1]?.toLowerCase();
  const [from, to] = [hostOf(before.url), hostOf(after.url)];
  return from === to ? undefined : `It contacted ${from ?? 'one host'} and would contact ${to ?? 'another'}.`;
}

function existing(entries: readonly ServerEntry[], name: string): ServerEntry {
  const entry = entries.find((one) => one.name === name);
  if (entry !== undefined) return entry;
  throw new PortolanError('SERVER_NOT_FOUND', `There is no server named ${name} in the catalog.`);
}

function isReference(value: string | undefined): boolean {
  return value !== undefined && /^\$\{(?:secret|env):[^{}]+\}$/.test(value);
}
