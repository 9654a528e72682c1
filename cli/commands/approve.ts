// `portolan approve NAME`: shows all that a server runs or contacts against what was approved, and approves it.
import type { Command } from 'commander';
import { PortolanError } from '../../shared/errors.ts';
import type { HostClient } from '../../host/control-client.ts';
import type { Approval, ProgramFileState } from '../../shared/model/approval.ts';
import { define, host } from '../command.ts';
import { confirm } from '../confirm.ts';
import { printFacts, printJson, printLine } from '../output.ts';
import { printEndpoint, printRisks } from '../print-endpoint.ts';

export function approveCommand(program: Command): void {
  define<[string]>(
    program
      .command('approve')
      .argument('<name>', 'server in the catalog')
      .description('look at all that a server runs or contacts and let it start')
      .option('--pin <version>', 'write this exact version into a command that names none')
      .option('-y, --yes', 'do not ask'),
    async (options, name) => {
      const client = await host();
      if (typeof options['pin'] === 'string') await pin(client, name, options['pin']);
      const shown = await client.servers.approval({ name });
      if (options.json !== true) printShown(shown);
      if (!shown.needed) {
        if (options.json) return printJson(shown);
        return printLine(
          `Nothing holds ${name}: ${shown.files.length === 0 ? 'it is as approved' : pinnedNothing(shown.files) ? 'its first start pins these files' : 'its files are as approved'}.`,
        );
      }
      if (
        options['yes'] !== true &&
        !(await confirm(
          `Let ${name} ${shown.entry.endpoint.type === 'stdio' ? 'run' : 'contact'} this from now on?`,
          options.json === true,
        ))
      ) {
        printLine('Nothing was approved.');
        return 1;
      }
      const approved = await client.servers.approve({ name, digest: shown.digest });
      if (options.json) return printJson(approved);
      printLine(`Approved. ${name} starts with its next use.`);
    },
  );
}

/**
 * Writes `version` into the one argument that names a package without one. The entry is held until it is approved:
 * this puts another form in the place of the one that was.
 */
async function pin(client: HostClient, name: string, version: string): Promise<void> {
  const { entry, risks } = await client.servers.approval({ name });
  const place = risks.find((risk) => risk.pin !== undefined)?.pin;
  if (place === undefined || entry.endpoint.type !== 'stdio') {
    throw new PortolanError('INPUT_INVALID', `nothing in ${name} can be pinned`, {
      hint: 'See its command with: portolan show ' + name,
    });
  }
  if (!/^v?\d[\w.+-]*$/.test(version)) {
    throw new PortolanError('INPUT_INVALID', '--pin takes one exact version, such as 1.2.3');
  }
  const args = entry.endpoint.args.with(place.argument, `${place.before}${version}${place.after}`);
  await client.catalog.update({ name, endpoint: { ...entry.endpoint, args }, approve: false });
}

function printShown({ entry, risks, files }: Approval): void {
  printEndpoint(entry.endpoint, entry.state === 'changed' ? entry.before : undefined);
  printRisks(risks);
  printLine();
  for (const file of files) printFile(file);
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
