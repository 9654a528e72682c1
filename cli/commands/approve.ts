// `portolan approve NAME`: shows what a local server's command runs now against what was approved, and approves it.
import type { Command } from 'commander';
import type { ProgramFileState } from '../../shared/model/approval.ts';
import { define, host } from '../command.ts';
import { confirm } from '../confirm.ts';
import { printFacts, printJson, printLine } from '../output.ts';

export function approveCommand(program: Command): void {
  define<[string]>(
    program
      .command('approve')
      .argument('<name>', 'server in the catalog')
      .description('let a server start whose program is another one than before')
      .option('-y, --yes', 'do not ask'),
    async (options, name) => {
      const client = await host();
      const shown = await client.servers.approval({ name });
      if (options.json !== true) for (const file of shown.files) printFile(file);
      if (!shown.needed) {
        if (options.json) return printJson(shown);
        return printLine(
          `Nothing holds ${name}: ${pinnedNothing(shown.files) ? 'its first start pins these files' : 'its files are as approved'}.`,
        );
      }
      if (options['yes'] !== true && !(await confirm(`Let ${name} run this from now on?`, options.json === true))) {
        printLine('Nothing was approved.');
        return 1;
      }
      const approved = await client.servers.approve({ name, digest: shown.digest });
      if (options.json) return printJson(approved);
      printLine(`Approved. ${name} starts with its next use.`);
    },
  );
}

function pinnedNothing(files: readonly ProgramFileState[]): boolean {
  return files.every(({ state }) => state === 'new');
}

function printFile({ path, pinnedPath, pinned, now, state }: ProgramFileState): void {
  printFacts([
    ['file', path],
    ['state', state],
    ['approved path', pinnedPath === path ? undefined : pinnedPath],
    ['approved', pinned ?? (pinnedPath === undefined ? 'nothing yet' : 'a program of the system')],
    ['now', now ?? (state === 'changed' ? 'no file' : 'a program of the system')],
  ]);
  printLine();
}
