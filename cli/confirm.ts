// A yes-or-no question on the terminal. Without a terminal the answer is no, so that nothing is changed unasked.
import { createInterface } from 'node:readline/promises';

/** True only when the person typed y or yes. */
export async function confirm(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) {
    process.stderr.write(`portolan: ${question} Not asked without a terminal; add --yes to go on.\n`);
    return false;
  }
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await lines.question(`${question} [y/N] `)).trim());
  } finally {
    lines.close();
  }
}
