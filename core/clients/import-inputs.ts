// The prompts of a client's file as inputs of the catalog: those that its servers ask for come along with them.
import { isDeepStrictEqual } from 'node:util';
import type { CatalogInput } from '../../shared/model/catalog-input.ts';
import type { ServerEntry } from '../../shared/model/server-entry.ts';
import { portableName, uniqueName } from './server-names.ts';

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
 * Gives, for each entry and the prompts of its file, the inputs to define. An id that another prompt has already gets a
 * number; what the file does not define stays undefined.
 */
export function createInputPlanner(
  existing: readonly CatalogInput[],
): (entry: ServerEntry, prompts: readonly Readonly<Record<string, unknown>>[]) => WithInputs {
  const taken = new Map(existing.map((input) => [input.id, input]));
  return (entry, prompts) => {
    const inputs: CatalogInput[] = [];
    const ids = new Map<string, string>();
    for (const [, id = ''] of JSON.stringify(entry.endpoint).matchAll(REFERENCE)) {
      if (ids.has(id)) continue;
      const prompt = prompts.find((candidate) => candidate['id'] === id);
      if (prompt === undefined) {
        ids.set(id, portableName(id));
        continue;
      }
      const input = inputOf(portableName(id), prompt);
      const isFree = (name: string) => {
        const other = taken.get(name);
        return other === undefined || isDeepStrictEqual(other, { ...input, id: name });
      };
      const name = uniqueName(input.id, (candidate) => !isFree(candidate));
      ids.set(id, name);
      if (!taken.has(name)) inputs.push({ ...input, id: name });
      taken.set(name, { ...input, id: name });
    }
    return { entry: withIds(entry, ids), inputs };
  };
}

function inputOf(id: string, prompt: Readonly<Record<string, unknown>>): CatalogInput {
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
