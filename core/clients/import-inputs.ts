// The prompts of a client's file as inputs of the catalog: those that its servers ask for come along with them. An id
// that is in use here is never taken over: a file could ask for it to be given the value that is kept under it.
import type { CatalogInput } from '../../shared/model/catalog-input.ts';
import type { ServerEntry } from '../../shared/model/server-entry.ts';
import { portableName, uniqueName } from './server-names.ts';

type Prompt = Readonly<Record<string, unknown>>;

const REFERENCE = /\$\{input:([^{}]*)\}/g;
const MAX_DESCRIPTION = 500;
const MAX_CHOICES = 200;

export interface WithInputs {
  /** Its references name the inputs as the catalog will. */
  readonly entry: ServerEntry;
  /** Definitions that the catalog does not have yet. */
  readonly inputs: readonly CatalogInput[];
}

/**
 * Gives, for each entry and the prompts of its file, the inputs to define. `isTaken` tells the ids in use. Entries of one
 * file share its prompts; what a file does not define stays undefined.
 */
export function createInputPlanner(
  isTaken: (id: string) => boolean,
): (entry: ServerEntry, prompts: readonly Prompt[]) => WithInputs {
  const given = new Set<string>();
  const byFile = new Map<readonly Prompt[], Map<string, string>>();
  return (entry, prompts) => {
    const ids = byFile.get(prompts) ?? new Map<string, string>();
    byFile.set(prompts, ids);
    const inputs: CatalogInput[] = [];
    for (const [, id = ''] of JSON.stringify(entry.endpoint).matchAll(REFERENCE)) {
      if (ids.has(id)) continue;
      const name = uniqueName(portableName(id), (candidate) => given.has(candidate) || isTaken(candidate));
      given.add(name);
      ids.set(id, name);
      const prompt = prompts.find((candidate) => candidate['id'] === id);
      if (prompt !== undefined) inputs.push(inputOf(name, prompt));
    }
    return { entry: withIds(entry, ids), inputs };
  };
}

function inputOf(id: string, prompt: Prompt): CatalogInput {
  const { description, choices, default: fallback } = prompt;
  const list = Array.isArray(choices) ? choices.filter((choice) => typeof choice === 'string') : [];
  const isChoice = prompt['kind'] === 'choice' && list.length > 0 && list.length <= MAX_CHOICES;
  const secret = prompt['secret'] === true;
  const hasDefault = typeof fallback === 'string' && !secret && (!isChoice || list.includes(fallback));
  return {
    id,
    kind: isChoice ? 'choice' : 'prompt',
    secret,
    required: true,
    ...(isChoice ? { choices: list } : {}),
    ...(hasDefault ? { default: fallback } : {}),
    ...(typeof description === 'string' ? { description: description.slice(0, MAX_DESCRIPTION) } : {}),
  };
}

function withIds(entry: ServerEntry, ids: ReadonlyMap<string, string>): ServerEntry {
  if ([...ids].every(([from, to]) => from === to)) return entry;
  return { ...entry, endpoint: renamed(entry.endpoint, ids) as ServerEntry['endpoint'] };
}

function renamed(value: unknown, ids: ReadonlyMap<string, string>): unknown {
  if (typeof value === 'string')
    return value.replace(REFERENCE, (_all, id: string) => `\${input:${ids.get(id) ?? id}}`);
  if (Array.isArray(value)) return value.map((item) => renamed(item, ids));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, renamed(item, ids)]));
}
