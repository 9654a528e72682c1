// docs/errors.md is what people find when they search for a code: it must be complete and say what the program says.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { NEXT_STEPS } from '../../cli/next-steps.ts';
import { ERROR_CODES, exitCodeOf } from '../../shared/errors.ts';

it('docs/errors.md lists every code once, sorted, with its next step and exit status', () => {
  const text = readFileSync(join(import.meta.dirname, '../../docs/errors.md'), 'utf8');
  const rows = [...text.matchAll(/^\| `([A-Z_]+)` \| (.+?) \| (.+?) \| (\d) \|$/gm)].map(([, code, , step, exit]) => [
    code,
    step,
    Number(exit),
  ]);
  expect(rows).toEqual(ERROR_CODES.toSorted().map((code) => [code, NEXT_STEPS[code], exitCodeOf(code)]));
});
