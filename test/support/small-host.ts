// A host process of its own that holds five servers until it is killed: some would end with it, some would not.
// Arguments: the run directory, evil-stdio.mjs. Writes the pids as one line of JSON.
import { systemClock } from '../../core/base/clock.ts';
import { silentLogger } from '../../core/base/logger.ts';
import { startStdioProcess } from '../../core/connections/stdio-process.ts';

const [runDir = '', script = ''] = process.argv.slice(2);
const MODES = [[], ['stay'], ['stay'], ['stay', 'tree=2'], ['stay', 'deaf']];

const children = await Promise.all(
  MODES.map((modes) =>
    startStdioProcess(
      { type: 'stdio', command: process.execPath, args: [script, ...modes], env: {}, cwd: '/' },
      { runDir, clock: systemClock, logger: silentLogger, onErrorOutput: () => undefined },
    ),
  ),
);
for (const { stdout, stderr } of children) for (const stream of [stdout, stderr]) stream.resume();
process.stdout.write(`${JSON.stringify(children.map(({ pid }) => pid))}\n`);
