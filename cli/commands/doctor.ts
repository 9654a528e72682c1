// `portolan doctor [SERVER]`: ordered probes, each with a code, a cause and a next step. The host makes them.
import type { Command } from 'commander';
import type { HostClient } from '../../host/control-client.ts';
import { exitCodeOf, isErrorCode } from '../../shared/errors.ts';
import type { CheckResult } from '../../shared/model/server-status.ts';
import { define, host } from '../command.ts';
import { NEXT_STEPS } from '../next-steps.ts';
import { describeError, printJson, printLine } from '../output.ts';
import { visibleLine } from '../visible.ts';

const MARKS = { ok: 'ok      ', warning: 'warning ', failed: 'FAILED  ', skipped: 'skipped ' } as const;

export function doctorCommand(program: Command): void {
  define<[string | undefined]>(
    program
      .command('doctor')
      .argument('[server]', 'check this server too')
      .description('find out what is wrong and what to do'),
    async (options, server) => {
      const results: CheckResult[] = [];
      const add = (given: CheckResult) => {
        const result = withNextStep(given);
        results.push(result);
        if (options.json !== true) print(result);
      };
      let client: HostClient;
      try {
        client = await host();
        for await (const result of await client.system.check()) add(result);
      } catch (error) {
        const { code, message, hint } = describeError(error);
        add({ id: 'host', title: 'The host answers', outcome: 'failed', code, detail: message, hint });
        if (options.json === true) printJson({ checks: results });
        return exitCodeOf(code);
      }
      if (server !== undefined) for await (const result of await client.servers.check({ name: server })) add(result);
      if (options.json === true) printJson({ checks: results });
      return results.some((result) => result.outcome === 'failed') ? 1 : 0;
    },
  );
}

/** Where a probe knows no better one, the next step of its code. */
function withNextStep(result: CheckResult): CheckResult {
  const { code, hint } = result;
  return hint !== undefined || !isErrorCode(code) ? result : { ...result, hint: NEXT_STEPS[code] };
}

function print({ outcome, title, detail, code, hint }: CheckResult): void {
  const about = detail === undefined || detail === '' ? title : `${title}: ${visibleLine(detail)}`;
  printLine(`${MARKS[outcome]}${about}${code === undefined ? '' : ` (${code})`}`);
  if (hint !== undefined && outcome !== 'ok') printLine(`        next: ${visibleLine(hint.trim())}`);
}
