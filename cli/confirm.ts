// A yes-or-no question on the terminal. Nothing is changed unasked, and nobody is asked where nobody can answer.
import { createInterface } from 'node:readline/promises';
import { PortolanError } from '../shared/errors.ts';

/**
 * True only when the person typed y or yes. Throws INPUT_INVALID where there is no terminal or where a program reads the
 * output (`json`): such callers say --yes.
 */
export async function confirm(question: string, json: boolean): Promise<boolean> {
  if (json || !process.stdin.isTTY)
    throw new PortolanError('INPUT_INVALID', `nothing was changed: "${question}" cannot be asked here`, {
      hint: 'Add --yes to go on, or --dry-run to see what would happen.',
    });
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await lines.question(`${question} [y/N] `)).trim());
  } finally {
    lines.close();
  }
}
