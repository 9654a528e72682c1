import { expect, test } from 'vitest';
import { importsOf } from './imports-of.ts';

test('every way to reach a module is seen, text in comments is not', () => {
  const source = `
// import 'in-a-comment';
/* import x from 'in-a-block'; */
import 'side-effect';
import one, { two } from "static";
import type { Three } from 'type-only';
import {
  four,
} from 'over-lines';
export { five } from 're-export';
export * from 'star';
const six = await import('dynamic');
const seven = require('required');
const eight = process.getBuiltinModule('node:http');
const text = 'from nowhere';
`;
  expect(importsOf(source)).toEqual([
    { specifier: 'side-effect', kind: 'static' },
    { specifier: 'static', kind: 'static' },
    { specifier: 'type-only', kind: 'type' },
    { specifier: 'over-lines', kind: 'static' },
    { specifier: 're-export', kind: 'static' },
    { specifier: 'star', kind: 'static' },
    { specifier: 'dynamic', kind: 'dynamic' },
    { specifier: 'required', kind: 'dynamic' },
    { specifier: 'node:http', kind: 'dynamic' },
  ]);
});
