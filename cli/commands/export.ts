// `portolan export --to CLIENT|FILE`: writes entries into another client's file, shown first as an exact diff, undoable; or
// a portable catalog file.
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { ExportPlan } from '../../shared/model/import-result.ts';
import { PortolanError } from '../../shared/errors.ts';
import { confirm } from '../confirm.ts';
import { define, host } from '../command.ts';
import { printJson, printLine } from '../output.ts';
import { exportFile } from './export-file.ts';

export function exportCommand(program: Command): void {
  const command = program
    .command('export')
    .description('let another client use your servers through Portolan')
    .requiredOption(
      '--to <client|file>',
      'a client such as cursor, or a path: a portable catalog file, or with --mode a plain mcp.json',
    )
    .option('--servers <names>', 'comma-separated names (default: every enabled server)')
    .option('--profile <name>', 'one entry for a profile instead of one for each server')
    .option('--mode <mode>', 'connect (through Portolan) or direct (native entry)')
    .option('--format <format>', 'of a file: portolan (portable catalog) or mcp-json (SEP-2633 draft)')
    .option('--scope <scope>', 'user or project', 'user')
    .option('--project <dir>', 'project folder for --scope project', '.')
    .option('--dry-run', 'show the difference and write nothing')
    .option('--undo', 'put the file back as it was before the last export')
    .option('--force', 'write even while the client is running')
    .option('--yes', 'do not ask');
  define(command, async (options) => {
    const target = targetFrom(String(options['to']));
    const servers = namesIn(options['servers']);
    if (target.path !== undefined && options['mode'] === undefined && options['undo'] !== true) {
      return exportFile({
        to: target.path,
        format: oneOf(options['format'] ?? 'portolan', ['portolan', 'mcp-json'], '--format'),
        ...(servers === undefined ? {} : { servers }),
        ...(typeof options['profile'] === 'string' ? { profile: options['profile'] } : {}),
        dryRun: options['dryRun'] === true,
        yes: options['yes'] === true,
        json: options.json === true,
      });
    }
    const client = await host();
    if (options['undo'] === true) {
      const done = await client.clients.undoExport(target);
      if (options.json) printJson(done);
      else printLine(`${done.path} is as it was before the export. ${done.reload}`);
      return 0;
    }
    const plan = await client.clients.planExport({
      ...target,
      mode: oneOf(options['mode'] ?? 'connect', ['connect', 'direct'], '--mode'),
      scope: oneOf(options['scope'], ['user', 'project'], '--scope'),
      ...(options['scope'] === 'project' ? { projectDir: resolve(String(options['project'])) } : {}),
      ...(typeof options['profile'] === 'string' ? { profile: options['profile'] } : {}),
      ...(servers === undefined ? {} : { servers }),
    });
    if (options['dryRun'] === true) {
      if (options.json) printJson(plan);
      else printPlan(plan);
      return 0;
    }
    if (!options.json) printPlan(plan);
    const [blocker] = plan.blockers;
    if (blocker && options['force'] !== true)
      throw new PortolanError('EXPORT_REFUSED', `${blocker.message} [${blocker.code}]`, {
        hint: blocker.hint ?? 'add --force to write all the same',
      });
    if (
      plan.diff.changed &&
      options['yes'] !== true &&
      !(await confirm(`Write ${plan.diff.path}?`, options.json === true))
    ) {
      printLine('Nothing was written.');
      return 0;
    }
    const done = await client.clients.applyExport({ planId: plan.planId, force: options['force'] === true });
    if (options.json) printJson(done);
    else
      printLine(
        done.changed
          ? `Wrote ${done.path}. ${done.reload} "portolan export --to ${String(options['to'])} --undo" takes it back.`
          : 'Everything was there already; nothing was written.',
      );
    return 0;
  });
}

/** A known client's id is a bare word; anything with a slash or a .json ending is a file. */
function targetFrom(to: string): { client: string; path?: string } {
  return /[\\/]|\.json$/.test(to) ? { client: 'generic', path: resolve(to) } : { client: to };
}

function namesIn(value: unknown): string[] | undefined {
  if (typeof value !== 'string') return undefined;
  return value
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
}

function oneOf<const Choice extends string>(value: unknown, choices: readonly Choice[], flag: string): Choice {
  const found = choices.find((choice) => choice === value);
  if (found === undefined)
    throw new PortolanError('INPUT_INVALID', `${flag} is one of ${choices.join(', ')}`, { hint: `Correct ${flag}.` });
  return found;
}

function printPlan(plan: ExportPlan): void {
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
