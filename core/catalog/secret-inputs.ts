// References to secrets as inputs, for what leaves this computer: the receiver has another keychain.
import type { CatalogInput } from '../../shared/model/catalog-input.ts';
import { emptyRecord } from '../base/json-tree.ts';
import { uniqueName } from '../clients/server-names.ts';

const SECRET = /\$\{secret:([^{}]*)\}/g;
const INPUT = /\$\{input:([^{}]*)\}/g;
const MAX_ID = 64;
/** The keychain name of a secret input begins so. */
const OWN = 'input.';

export interface SecretInputs {
  /** `value` with `${input:ID}` in the place of every `${secret:NAME}`. */
  readonly replace: <T>(value: T) => T;
  /** The inputs that stand for secrets, after `replace`. */
  readonly made: () => readonly CatalogInput[];
}

/** `defined`: inputs whose ids are taken. A secret that is the value of one of them becomes that one again. */
export function secretInputs(defined: readonly CatalogInput[]): SecretInputs {
  const made = new Map<string, CatalogInput>();
  const idOf = (name: string): string => {
    const own = name.startsWith(OWN) ? name.slice(OWN.length) : undefined;
    if (own !== undefined && defined.some(({ id, secret }) => id === own && secret)) return own;
    const known = made.get(name);
    if (known !== undefined) return known.id;
    const isTaken = (id: string) => [...defined, ...made.values()].some((input) => input.id === id);
    const id = uniqueName(name.replace(/[^A-Za-z0-9_.-]+/g, '-').slice(0, MAX_ID) || 'secret', isTaken);
    made.set(name, { id, kind: 'prompt', secret: true, required: true });
    return id;
  };
  return {
    replace: (value) =>
      mapStrings(value, (text) => text.replace(SECRET, (_all, name: string) => `\${input:${idOf(name)}}`)),
    made: () => [...made.values()],
  };
}

/** `value` with the inputs of a file called as `ids` says, in every string. */
export function withInputIds<T>(value: T, ids: ReadonlyMap<string, string>): T {
  return mapStrings(value, (text) => text.replace(INPUT, (_all, id: string) => `\${input:${ids.get(id) ?? id}}`));
}

/** For fields that take only references to the keychain: the value of a secret input is kept there. */
export function inputsAsSecrets<T>(value: T): T {
  return mapStrings(value, (text) => text.replace(INPUT, (_all, id: string) => `\${secret:${OWN}${id}}`));
}

/** Ids of the inputs that a part of a file asks for, also where their values are taken from the keychain. */
export function askedInputs(value: unknown): string[] {
  return [...JSON.stringify(value).matchAll(/\$\{(?:secret:input\.|input:)([^{}]*)\}/g)].map(([, id = '']) => id);
}

/** Ids of the inputs named anywhere in `value`. */
export function inputIdsIn(value: unknown): string[] {
  return [...JSON.stringify(value).matchAll(INPUT)].map(([, id = '']) => id);
}

function mapStrings<T>(value: T, change: (text: string) => string): T {
  return mapped(value, change) as T;
}

function mapped(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => mapped(item, change));
  if (typeof value !== 'object' || value === null) return value;
  const result = emptyRecord<unknown>();
  for (const [key, item] of Object.entries(value)) result[key] = mapped(item, change);
  return result;
}
