// `portolan export --to CLIENT|FILE`: writes entries into another client's file, shown first as an exact diff, or a portable
// catalog file; the history of that, and undo.
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { PortolanError } from '../../shared/errors.ts';
import type { HostClient } from '../../host/control-client.ts';
import { MODES, namesIn, oneOf, printFilePlan, refuseBlocked } from '../change-set.ts';
import { confirm } from '../confirm.ts';
import { define, host } from '../command.ts';
import { type OutputOptions, printJson, printLine, printTable } from '../output.ts';
import { exportFile } from './export-file.ts';
import { exportAsText, isPasted } from './export-text.ts';

/** A text to paste has no token of the gateway in it. */
const TEXT_MODES = ['connect', 'direct'] as const;

type Options = OutputOptions & Record<string, unknown>;

export function exportCommand(program: Command): void {
  const command = program
    .command('export')
    .description('let another client use your servers through Portolan')
    .option(
      '--to <client|file>',
      'a client such as cursor, or a path: a portable catalog file, or with --mode a plain mcp.json',
    )
    .option('--servers <names>', 'comma-separated names (default: every enabled server)')
    .option('--profile <name>', 'one entry for a profile instead of one for each server')
    .option(
      '--mode <mode>',
      'connect (through Portolan; the default for clients), http (through its gateway) or direct (native entry)',
    )
    .option('--format <format>', 'of a file: portolan (portable catalog) or mcp-json (SEP-2633 draft)')
    .option('--scope <scope>', "user, project or another scope of the client's files", 'user')
    .option('--project <dir>', 'project folder for a scope other than user', '.')
    .option('--text', 'print what to paste into the client, and links that it opens; write nothing')
    .option('--dry-run', 'show the difference and write nothing')
    .option('--history', 'list what was written, newest first')
    .option('--undo [id]', 'put files back as they were before an export: the last one, or that of this id')
    .option('--force', 'write even while the client is running')
    .option('--yes', 'do not ask');
  define(command, async (options) => {
    if (options['history'] === true) return showHistory(await host(), options);
    if (options['undo'] !== undefined) return undo(await host(), options);
    return write(options);
  });
}

async function write(options: Options): Promise<number> {
  if (typeof options['to'] !== 'string') {
    throw new PortolanError('INPUT_INVALID', 'the option --to is missing', {
      hint: 'Say where to write: portolan export --to cursor',
    });
  }
  const target = targetFrom(options['to']);
  const servers = namesIn(options['servers']);
  if (target.path !== undefined && options['mode'] === undefined) {
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
  const mode = oneOf(options['mode'] ?? 'connect', MODES, '--mode');
  const chosen = {
    ...(typeof options['profile'] === 'string' ? { profile: options['profile'] } : {}),
    ...(servers === undefined ? {} : { servers }),
  };
  if (options['text'] === true || (target.path === undefined && (await isPasted(client, target.client)))) {
    return exportAsText(
      client,
      { client: target.client, mode: oneOf(mode, TEXT_MODES, '--mode'), ...chosen },
      options.json === true,
    );
  }
  const plan = await client.clients.planExport({
    ...target,
    mode,
    scope: String(options['scope']),
    ...(options['scope'] !== 'user' ? { projectDir: resolve(String(options['project'])) } : {}),
    ...chosen,
  });
  if (options['dryRun'] === true) {
    if (options.json) printJson(plan);
    else printFilePlan(plan);
    return 0;
  }
  if (!options.json) printFilePlan(plan);
  refuseBlocked(plan.blockers, options['force'] === true);
  const question = `Write ${plan.diff.path}?`;
  if (plan.diff.changed && options['yes'] !== true && !(await confirm(question, options.json === true))) {
    printLine('Nothing was written.');
    return 0;
  }
  const done = await client.clients.applyExport({ planId: plan.planId, force: options['force'] === true });
  if (options.json) printJson(done);
  else
    printLine(
      done.changed
        ? `Wrote ${done.path}. ${done.reload} "portolan export --to ${options['to']} --undo" takes it back.`
        : 'Everything was there already; nothing was written.',
    );
  return 0;
}

async function undo(client: HostClient, options: Options): Promise<number> {
  const force = options['force'] === true;
  const { undo: id, to } = options;
  const target = typeof to === 'string' ? targetFrom(to) : undefined;
  if (options.json && typeof id !== 'string' && target !== undefined) {
    printJson(await client.clients.undoExport({ ...target, force }));
    return 0;
  }
  const done = await client.clients.undo({ force, ...(typeof id === 'string' ? { id } : target) });
  if (options.json) printJson(done);
  else for (const { path, reload } of done.files) printLine(`${path} is as it was before the export. ${reload}`);
  return 0;
}

async function showHistory(client: HostClient, options: Options): Promise<number> {
  const history = await client.clients.history();
  if (options.json) printJson(history);
  else if (history.length === 0) printLine('Nothing was exported yet.');
  else {
    printTable(
      ['ID', 'WHEN', 'BY', 'UNDO', 'SERVERS', 'FILES'],
      history.map(({ id, at, by, state, files, notUndoable }) => [
        id,
        at,
        by === '' ? '–' : by,
        state === 'undone' ? 'undone' : (notUndoable?.message ?? 'possible'),
        [...new Set(files.flatMap(({ servers }) => servers))].join(' '),
        files.map(({ path }) => path).join(' '),
      ]),
    );
  }
  return 0;
}

/** A known client's id is a bare word; anything with a slash or a .json ending is a file. */
function targetFrom(to: string): { client: string; path?: string } {
  return /[\\/]|\.json$/.test(to) ? { client: 'generic', path: resolve(to) } : { client: to };
}
