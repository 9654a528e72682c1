// The limits of a question's schema and the values that the form opens with.
import { describe, expect, it } from 'vitest';
import { defaultsOf, limitProblems } from '../../renderer/features/questions/form-rules.ts';
import { rootField } from '../../renderer/features/server/schema-form.ts';

const one = (schema: object, value: unknown): string | undefined =>
  limitProblems({ properties: { field: schema } }, { field: value })[0]?.message;

describe('form rules', () => {
  it.each([
    [{ minimum: 1 }, 0, 'field must be 1 or more.'],
    [{ minimum: 1, maximum: 5 }, 5, undefined],
    [{ maximum: 5 }, 6, 'field must be 5 or less.'],
    [{ minLength: 2 }, 'a', 'field needs 2 characters or more.'],
    [{ maxLength: 2 }, '👍👍', undefined],
    [{ maxLength: 2 }, 'abc', 'field takes 2 characters at most.'],
    [{ format: 'email' }, 'maya', 'field must be an e-mail address.'],
    [{ format: 'email' }, 'maya@acme.example', undefined],
    [{ format: 'uri' }, 'not an address', 'field must be a whole address.'],
    [{ format: 'date' }, '2026-13-01', 'field must be a date such as 2026-11-22.'],
    [{ format: 'date' }, '2026-11-22', undefined],
    [{ format: 'date-time' }, '2026-11-22T14:00:00Z', undefined],
    [{ format: 'date-time' }, '14:00', 'field must be a time such as 2026-11-22T14:00:00Z.'],
    [{ minItems: 1 }, [], 'field needs 1 choices or more.'],
    [{ maxItems: 1 }, ['a', 'b'], 'field takes 1 choices at most.'],
  ])('ELI-03 %o with %o says %s', (schema, value, message) => {
    expect(one(schema, value)).toBe(message);
  });

  it('opens with the defaults that the schema states', () => {
    const schema = {
      type: 'object',
      properties: {
        pick: { enum: ['a', 'b'], default: 'b' },
        on: { type: 'boolean', default: true },
        text: { type: 'string' },
      },
    };
    expect(defaultsOf(rootField(schema), schema)).toEqual({ pick: '1', on: true, text: undefined });
  });
});
