// Prompts that a file defines for its servers, as VS Code writes them under `inputs`.
import type { ImportWarning } from '../../shared/model/import-result.ts';
import { isSecretName } from '../base/secret-shape.ts';
import { type JsonNode, membersOf, plainValue } from '../base/json-tree.ts';
import type { ParseContext } from './client-format.ts';

/**
 * The `inputs` beside the servers of a file, in portable form; a default of a secret prompt is a literal secret and is
 * left out.
 */
export function readInputs(
  root: JsonNode,
  warn: (warning: ImportWarning) => void,
  { place }: ParseContext,
): Record<string, unknown>[] {
  let holder: JsonNode | undefined = root;
  for (const key of place?.root.slice(0, -1) ?? []) holder = membersOf(holder).get(key)?.value;
  const list = membersOf(holder).get('inputs')?.value;
  if (list === undefined) return [];
  if (list.type !== 'array') warn({ code: 'SCHEMA_VIOLATION', path: '/inputs' });
  return (list.type === 'array' ? (list.children ?? []) : []).flatMap((node, index) => {
    const input = readInput(node, `/inputs/${index}`, warn);
    return input === undefined ? [] : [input];
  });
}

function readInput(
  node: JsonNode,
  path: string,
  warn: (warning: ImportWarning) => void,
): Record<string, unknown> | undefined {
  const fields = membersOf(node);
  const text = (key: string): string | undefined => {
    const value = fields.get(key)?.value;
    return value?.type === 'string' ? String(value.value) : undefined;
  };
  const only = (key: string) => (text(key) === undefined ? {} : { [key]: text(key) });
  const id = text('id');
  if (id === undefined) {
    warn({ code: 'SCHEMA_VIOLATION', path });
    return undefined;
  }
  switch (text('type')) {
    case 'promptString': {
      const secret = fields.get('password')?.value.value === true || isSecretName(id);
      if (secret && text('default')) warn({ code: 'LITERAL_SECRET', path: `${path}/default` });
      return { id, kind: 'prompt', secret, ...only('description'), ...(secret ? {} : only('default')) };
    }
    case 'pickString':
      return {
        id,
        kind: 'choice',
        secret: false,
        ...only('description'),
        choices: choicesOf(fields.get('options')?.value),
        ...only('default'),
      };
    case 'command':
      warn({ code: 'INPUT_COMMAND_NOT_PORTABLE', path });
      return { id, kind: 'command', secret: true, ...only('description'), ...only('command') };
    default:
      warn({ code: 'SCHEMA_VIOLATION', path: `${path}/type` });
      return undefined;
  }
}

function choicesOf(options: JsonNode | undefined): string[] {
  return (options?.type === 'array' ? (options.children ?? []) : []).flatMap((option) => {
    const value = option.type === 'object' ? membersOf(option).get('value')?.value : option;
    const plain = value === undefined ? undefined : plainValue(value);
    return typeof plain === 'string' ? [plain] : [];
  });
}
