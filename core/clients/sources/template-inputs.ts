// Inputs of a template (a registry's `server.json`): every value that a person fills in becomes a portable input, and the
// place where it stands the reference `${input:id}`.
import { isDeepStrictEqual } from 'node:util';
import { fieldOf, type Fields, isFields, textOf } from './loose-fields.ts';

/** A text that would be read as a reference of the catalog, where a template has plain text only. */
export class ReferenceInTemplate extends Error {}

export class TemplateInputs {
  readonly #inputs = new Map<string, Record<string, unknown>>();

  /** Every input so far, in the order of its first use. */
  list(): Record<string, unknown>[] {
    return [...this.#inputs.values()];
  }

  /**
   * The text of an argument, a variable or a header: its `value` with `{variables}` as references, or a reference to an
   * input called `id`. Undefined when it neither has a value nor asks for one. Throws ReferenceInTemplate.
   */
  textFor(field: Fields, id: string, asks: boolean): string | undefined {
    const value = textOf(field, 'value');
    if (value !== undefined) return this.fill(value, field);
    return asks ? this.#reference(id, field) : undefined;
  }

  /** `template` with each `{name}` that `holder.variables` defines as a reference. Throws ReferenceInTemplate. */
  fill(template: string, holder: Fields): string {
    const variables = fieldOf(holder, 'variables');
    const references: string[] = [];
    const text = template
      .replaceAll('\u0000', '')
      .split(/(\{[^{}]+\})/)
      .map((part) => {
        const name = /^\{([^{}]+)\}$/.exec(part)?.[1];
        const definition = name === undefined || !isFields(variables) ? undefined : fieldOf(variables, name);
        if (name === undefined || !isFields(definition)) return part;
        const fixed = textOf(definition, 'value');
        if (fixed === undefined) references.push(this.#reference(name, definition));
        return fixed ?? '\u0000';
      })
      .join('');
    // Looked at as a whole: a dollar sign and what follows it may come from different parts.
    return plain(text).replaceAll('\u0000', () => references.shift() ?? '');
  }

  #reference(wanted: string, field: Fields): string {
    const clean =
      wanted
        .replaceAll(/[^A-Za-z0-9_.-]+/g, '-')
        .replaceAll(/^-+|-+$/g, '')
        .slice(0, 60) || 'value';
    for (let number = 1; ; number += 1) {
      const id = number === 1 ? clean : `${clean}-${number}`;
      const input = inputOf(id, field);
      const known = this.#inputs.get(id);
      if (known !== undefined && !isDeepStrictEqual(known, input)) continue;
      this.#inputs.set(id, input);
      return `\${input:${id}}`;
    }
  }
}

/** Plain text of a template. Throws ReferenceInTemplate: there is no way to write such a text in the catalog. */
export function plain(text: string): string {
  if (/\$\{(?:secret|env|input):/.test(text)) throw new ReferenceInTemplate();
  return text;
}

function inputOf(id: string, field: Fields): Record<string, unknown> {
  const choices = fieldOf(field, 'choices');
  const texts = Array.isArray(choices) ? choices.filter((choice) => typeof choice === 'string') : [];
  const secret = fieldOf(field, 'isSecret') === true;
  const [description, fallback] = [textOf(field, 'description'), textOf(field, 'default')];
  const [format, placeholder] = [textOf(field, 'format'), textOf(field, 'placeholder')];
  return {
    id,
    kind: texts.length > 0 ? 'choice' : 'prompt',
    secret,
    ...(fieldOf(field, 'isRequired') === true ? { required: true } : {}),
    ...(description === undefined ? {} : { description }),
    ...(texts.length === 0 ? {} : { choices: texts }),
    // A secret must not stand in a file, as a default neither.
    ...(fallback === undefined || secret ? {} : { default: fallback }),
    ...(placeholder === undefined || secret ? {} : { placeholder }),
    ...(format === undefined || format === 'string' ? {} : { format }),
  };
}
