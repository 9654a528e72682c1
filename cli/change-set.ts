// A set of changes to clients' files on the command line: shown file by file, asked about once, written as a whole.
import { PortolanError } from '../shared/errors.ts';
import type { FileDiff } from '../shared/model/import-result.ts';
import type { FilePlan, SetDone, SetPlan } from '../shared/model/client-sync.ts';
import type { HostClient } from '../host/control-client.ts';
import { confirm } from './confirm.ts';
import { type OutputOptions, printJson, printLine } from './output.ts';

type Options = OutputOptions & Record<string, unknown>;

/**
 * Shows `plan` and writes it when the person says so: `--dry-run` writes nothing, `--yes` does not ask, `--force` does not
 * wait for clients that run. Throws EXPORT_REFUSED for what stops a file.
 */
export async function writeSet(client: HostClient, plan: SetPlan, options: Options): Promise<number> {
  if (options['dryRun'] === true) {
    if (options.json) printJson(plan);
    else for (const file of plan.files) printFilePlan(file);
    return 0;
  }
  if (!options.json) for (const file of plan.files) printFilePlan(file);
  refuseBlocked(
    plan.files.flatMap(({ blockers }) => blockers),
    options['force'] === true,
  );
  const question = plan.changed === 1 ? 'Write 1 file?' : `Write ${plan.changed} files?`;
  if (plan.changed > 0 && options['yes'] !== true && !(await confirm(question, options.json === true))) {
    printLine('Nothing was written.');
    return 0;
  }
  const done = await client.clients.applySync({ planId: plan.planId, force: options['force'] === true });
  if (options.json) printJson(done);
  else if (done.id === undefined) printLine('Everything was there already; nothing was written.');
  else {
    printDone(done);
    printLine(`"portolan export --undo ${done.id}" takes all of it back.`);
  }
  return 0;
}

/** Throws EXPORT_REFUSED for the first thing that stops a set; `force` passes over clients that run. */
export function refuseBlocked(blockers: FilePlan['blockers'], force: boolean): void {
  const blocker = blockers.find(({ code }) => !force || code !== 'CLIENT_RUNNING');
  if (blocker === undefined) return;
  throw new PortolanError('EXPORT_REFUSED', `${blocker.message} [${blocker.code}]`, {
    hint: blocker.hint ?? 'add --force to write all the same',
  });
}

/** The exact difference of one file, what is left out of it, and what stops it. */
export function printFilePlan(plan: Pick<FilePlan, 'servers' | 'blockers'> & { diff: FileDiff }): void {
  printLine(plan.diff.path);
  const marks = { same: ' ', add: '+', del: '-', gap: ' ' } as const;
  for (const line of plan.diff.lines) printLine(line.kind === 'gap' ? '  …' : `${marks[line.kind]} ${line.text}`);
  for (const server of plan.servers)
    if (server.action === 'refuse')
      printLine(`Left out ${server.name}: ${server.reason ?? 'this client cannot hold it'}`);
  for (const { name, losses = [] } of plan.servers)
    for (const { field, reason } of losses) printLine(`Lost of ${name}: ${field}. ${reason}`);
  for (const blocker of plan.blockers) printLine(`${blocker.message} (${blocker.code})`);
}

/** Names of a comma-separated list, each once. */
export function namesIn(value: unknown): string[] | undefined {
  if (typeof value !== 'string') return undefined;
  const names = value.split(',').map((name) => name.trim());
  return [...new Set(names.filter(Boolean))];
}

/** `value` as one of `choices`. Throws INPUT_INVALID. */
export function oneOf<const Choice extends string>(value: unknown, choices: readonly Choice[], flag: string): Choice {
  const found = choices.find((choice) => choice === value);
  if (found === undefined)
    throw new PortolanError('INPUT_INVALID', `${flag} is one of ${choices.join(', ')}`, { hint: `Correct ${flag}.` });
  return found;
}

export const MODES = ['connect', 'http', 'direct'] as const;

function printDone(done: SetDone): void {
  for (const file of done.files) if (file.changed) printLine(`Wrote ${file.path}. ${file.reload}`);
}
