import { describe, expect, it } from 'vitest';
import { type Field, needsJson, rootField } from '../../renderer/features/server/schema-form.ts';
import { argumentsOf, typedOf } from '../../renderer/features/server/schema-values.ts';

const SCHEMA = {
  type: 'object',
  properties: {
    name: { type: 'string', title: 'Name', description: 'of it' },
    count: { type: ['integer', 'null'] },
    ratio: { type: 'number' },
    on: { type: 'boolean' },
    mode: { enum: ['fast', 'slow', 3] },
    kind: { oneOf: [{ const: 'a', title: 'A' }, { const: 'b' }] },
    tags: { type: 'array', items: { type: 'string' } },
    inner: { type: 'object', properties: { deep: { $ref: '#/$defs/deep' } }, required: ['deep'] },
    maybe: { anyOf: [{ type: 'string' }, { type: 'null' }] },
    either: { oneOf: [{ type: 'string' }, { type: 'object' }] },
    map: { type: 'object', additionalProperties: { type: 'string' } },
  },
  required: ['name', 'inner'],
  $defs: { deep: { type: 'integer' } },
};

describe('a form from an input schema', () => {
  const root = rootField(SCHEMA);

  it('has one field for each property, with words for its type', () => {
    expect(root.fields.map((field) => [field.name, field.kind, field.words])).toEqual([
      ['name', 'text', 'text, required'],
      ['count', 'number', 'whole number'],
      ['ratio', 'number', 'number'],
      ['on', 'boolean', 'yes or no'],
      ['mode', 'choice', 'one of 3 values'],
      ['kind', 'choice', 'one of 2 values'],
      ['tags', 'list', 'list'],
      ['inner', 'object', 'group, required'],
      ['maybe', 'text', 'text'],
      ['either', 'json', 'any JSON'],
      ['map', 'json', 'JSON object'],
    ]);
  });

  it('makes arguments of the right types and leaves out what was not touched', () => {
    const typed = {
      name: 'x',
      count: '7',
      ratio: '1.5',
      on: false,
      mode: '2',
      kind: '1',
      tags: ['p', 'q'],
      inner: { deep: '3' },
      either: '{"a":[1]}',
      maybe: '',
    };
    expect(argumentsOf(root, typed)).toEqual({
      value: {
        name: 'x',
        count: 7,
        ratio: 1.5,
        on: false,
        mode: 3,
        kind: 'b',
        tags: ['p', 'q'],
        inner: { deep: 3 },
        either: { a: [1] },
      },
      problems: [],
    });
  });

  it('says at which field a value does not fit', () => {
    const typed = { count: '1.5', ratio: 'x', inner: { deep: '9007199254740993' }, map: '{' };
    expect(argumentsOf(root, typed).problems).toEqual([
      { path: 'name', message: 'name is required.' },
      { path: 'count', message: 'count must be a whole number.' },
      { path: 'ratio', message: 'ratio must be a number.' },
      { path: 'inner.deep', message: 'inner.deep is too large to be sent exactly.' },
      { path: 'map', message: 'map is not valid JSON.' },
    ]);
  });

  it('goes to JSON and back without loss', () => {
    const value = {
      name: 'x',
      count: 7,
      on: true,
      mode: 3,
      tags: ['p'],
      inner: { deep: 3 },
      either: { a: [1] },
      map: { k: 'v' },
    };
    expect(argumentsOf(root, typedOf(root, value))).toEqual({ value, problems: [] });
  });

  it('ends on schemas that refer to themselves', () => {
    const cyclic = { type: 'object', properties: { node: { $ref: '#' } } };
    expect(JSON.stringify(rootField(cyclic)).length).toBeLessThan(5000);
    expect(rootField({ type: 'object', properties: { a: { $ref: '#/properties/a' } } }).fields[0]?.kind).toBe('json');
  });

  it('FRM-16 stays small when a schema refers to itself from many places', () => {
    const names = Array.from({ length: 150 }, (_, index) => `child${index}`);
    const node = {
      type: 'object',
      properties: Object.fromEntries(names.map((name) => [name, { $ref: '#/$defs/node' }])),
    };
    const field = rootField({ type: 'object', properties: { tree: { $ref: '#/$defs/node' } }, $defs: { node } });
    const count = (one: Field): number =>
      1 + (one.kind === 'object' ? one.fields.reduce((sum, inner) => sum + count(inner), 0) : 0);
    expect(count(field)).toBeLessThan(2000);
    expect(field.fields[0]).toMatchObject({ kind: 'object', name: 'tree' });
  });

  it('does not follow a reference through inherited names', () => {
    expect(rootField({ type: 'object', properties: { a: { $ref: '#/constructor/name' } } }).fields[0]?.kind).toBe(
      'json',
    );
    const named = rootField(
      JSON.parse('{"type":"object","properties":{"__proto__":{"type":"string"}}}') as Record<string, unknown>,
    );
    expect(argumentsOf(named, { ['__proto__']: 'x' }).problems).toEqual([]);
  });

  it('falls back to JSON for the whole input when it is no plain object', () => {
    expect(needsJson({ oneOf: [{ type: 'object' }, { type: 'object' }] })).toBe(true);
    expect(needsJson({ type: 'object', properties: {} })).toBe(false);
    expect(needsJson(undefined)).toBe(false);
  });
});
