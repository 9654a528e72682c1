// An object out of a long JSON text whose members are parsed when they are looked at, each once: what nobody looks at costs
// nothing. It looks like what JSON.parse would give.
import type { JsonObject } from './json-object.ts';
import type { JsonMember } from './json-validator.ts';

/** `members`: what a validator has noted of `text`. They keep the text alive. */
export function lazyObject(text: Buffer, members: readonly JsonMember[]): JsonObject {
  const object: JsonObject = {};
  for (const member of members) {
    const get = once(() => valueOf(text, member));
    Object.defineProperty(object, member.key, { get, enumerable: true, configurable: true });
  }
  return object;
}

/** The object with one member set to `value`; of the others none is looked at. */
export function withMember(object: JsonObject, key: string, value: unknown): JsonObject {
  const own = { value, enumerable: true, configurable: true, writable: true };
  return Object.defineProperties({}, { ...Object.getOwnPropertyDescriptors(object), [key]: own });
}

function valueOf(text: Buffer, { from, end, members }: JsonMember): unknown {
  return members === undefined ? JSON.parse(text.toString('utf8', from, end)) : lazyObject(text, members);
}

function once(read: () => unknown): () => unknown {
  let known: { readonly value: unknown } | undefined;
  return () => {
    known ??= { value: read() };
    return known.value;
  };
}
