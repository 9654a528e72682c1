// What a legacy client and a modern server each declare, in the other's terms. Nothing is declared that nobody can serve.
import { type JsonObject, objectOf } from '../../base/json-object.ts';
import { OWN_EXTENSIONS } from '../../connections/era.ts';
import { type ElicitationMode, withModes } from '../elicitation.ts';

/** Tasks have another shape in each generation: neither side hears of the other's. */
const TASKS_EXTENSION = 'io.modelcontextprotocol/tasks';

/**
 * The client's capabilities for a modern server: what it declared at its handshake and what `added` modes of elicitation a person
 * answers besides; and the extensions that Portolan serves by itself. Without tasks and without the roots' `listChanged`, which a modern server cannot hear.
 */
export function toModernClient(declared: JsonObject, added: readonly ElicitationMode[]): JsonObject {
  const { roots, sampling, experimental } = declared;
  const extensions = extensionsOf(declared);
  const elicits = objectOf(declared['elicitation']) !== undefined || added.length > 0;
  return {
    ...(objectOf(roots) && { roots: {} }),
    ...(objectOf(sampling) && { sampling }),
    ...(elicits && { elicitation: withModes(declared, added) }),
    ...(objectOf(experimental) && { experimental }),
    extensions: { ...extensions, ...OWN_EXTENSIONS },
  };
}

/** The server's capabilities for a legacy client. `listChanged` is true of what is: a subscription is kept for those. */
export function toLegacyServer(declared: JsonObject): JsonObject {
  const extensions = extensionsOf(declared);
  const same = ['tools', 'prompts', 'resources', 'completions', 'logging', 'experimental'];
  return {
    ...Object.fromEntries(same.flatMap((name) => (objectOf(declared[name]) ? [[name, declared[name]]] : []))),
    ...(extensions && { extensions }),
  };
}

function extensionsOf(declared: JsonObject): JsonObject | undefined {
  const extensions = objectOf(declared['extensions']);
  if (extensions === undefined) return undefined;
  const { [TASKS_EXTENSION]: _tasks, ...rest } = extensions;
  return rest;
}
