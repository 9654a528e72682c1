// A host process of its own, whose limits a test changes from outside: for every line on stdin it starts one server and
// writes the code of the failure, or `started`. Arguments: the run directory, evil-stdio.mjs.
import { createInterface } from 'node:readline';
import { systemClock } from '../../core/base/clock.ts';
import { silentLogger } from '../../core/base/logger.ts';
import { startStdioProcess } from '../../core/connections/stdio-process.ts';
import { toPortolanError } from '../../shared/errors.ts';

const [runDir = '', script = ''] = process.argv.slice(2);
const endpoint = { type: 'stdio' as const, command: process.execPath, args: [script], env: {}, cwd: '/' };

async function outcome(): Promise<string> {
  try {
    const child = await startStdioProcess(endpoint, {
      runDir,
      clock: systemClock,
      logger: silentLogger,
      onErrorOutput: () => undefined,
    });
    await child.stop();
    return 'started';
  } catch (error) {
    return toPortolanError(error).code;
  }
}

for await (const _line of createInterface({ input: process.stdin })) process.stdout.write(`${await outcome()}\n`);
