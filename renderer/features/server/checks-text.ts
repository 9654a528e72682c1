// The result of the checks as plain text, for a message to somebody who helps. Pure.
import type { CheckResult } from '../../../shared/model/server-status.ts';
import { visibleString } from '../../text/visible-tokens.ts';
import { checkWord } from '../../words/states.ts';

/** One line for each check; a failure adds its code, cause and next step. Hidden characters are visible tokens. */
export function checksText(server: string, results: readonly CheckResult[]): string {
  const lines = results.flatMap(({ title, outcome, code, detail, hint }) => [
    `${checkWord(outcome).word}: ${title}`,
    ...(outcome === 'skipped' || detail === undefined
      ? []
      : [`  ${code === undefined ? '' : `${code}: `}${visibleString(detail)}`]),
    ...(outcome !== 'failed' || hint === undefined ? [] : [`  Next: ${visibleString(hint)}`]),
  ]);
  return [`Checks of ${server}`, ...lines].join('\n');
}
