// `portolan import`: what other clients have, shown first, taken over on the person's word.
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { isErrorCode, PortolanError } from '../../shared/errors.ts';
import type { ImportPlan, ImportResult } from '../../shared/model/import-result.ts';
import { confirm } from '../confirm.ts';
import { define, host } from '../command.ts';
import { clashChoice, importFile } from './import-file.ts';
import { importUrl } from '../import-url.ts';
import { printJson, printLine, printTable } from '../output.ts';

const ACTIONS = {
  add: 'add',
  'add-renamed': 'add under another name',
  same: 'already there',
  clash: 'clash',
  skip: 'leave out',
} as const;

export function importCommand(program: Command): void {
  const command = program
    .command('import')
    .description('take over the servers that other clients on this computer use')
    .option('--from <client>', 'only this client, such as cursor or claude-desktop')
    .option(
      '--file <path>',
      'read this file: a configuration, a catalog file, a server.json of a registry, or a bundle (.mcpb, .dxt)',
    )
    .option('--on-clash <choice>', 'for a portable file: keep, replace or rename what has a name that is taken')
    .option('--link <link>', 'read this install link of another client, such as cursor://... or vscode:mcp/install?...')
    .option('--project <dir>', 'also the files of this project folder')
    .option('--dry-run', 'show what would happen and change nothing')
    .option('--url <url>', 'read the server card, AI catalog, server.json or MCP server at this address')
    .option('--entry <id>', 'with --url: this entry of an AI catalog')
    .option('--as <name>', 'with --url: how you and your clients call it')
    .option('--package <n>', 'with --url: use this package, counted from 0')
    .option('--remote <n>', 'with --url: use this address, counted from 0')
    .option('--set <id=value>', 'with --url: answer to an input (repeatable)', collect)
    .option('--secret <id>', 'with --url: also ask for this secret (repeatable)', collect)
    .option('--yes', 'do not ask');
  define(command, async (options) => {
    const client = await host();
    const url = text(options['url']);
    if (url !== undefined) return importUrl(client, url, options);
    const onClash = clashChoice(options['onClash']);
    if (typeof options['file'] === 'string' && options['from'] === undefined) {
      const given = { dryRun: options['dryRun'] === true, yes: options['yes'] === true, json: options.json === true };
      const code = await importFile({ path: resolve(options['file']), onClash, ...given });
      if (code !== undefined) return code;
    }
    const from = text(options['from']);
    const file = text(options['file']);
    const link = text(options['link']);
    const project = text(options['project']);
    if (link !== undefined && (file !== undefined || from !== undefined)) {
      throw new PortolanError('INPUT_INVALID', '--link stands alone: the link says which client it is for', {
        hint: 'Leave out --from and --file.',
      });
    }
    const plan = await client.clients.planImport({
      ...(from !== undefined ? { client: from } : {}),
      ...(file !== undefined ? { path: resolve(file) } : {}),
      ...(link !== undefined ? { link } : {}),
      ...(project !== undefined ? { projectDir: resolve(project) } : {}),
    });
    const single = file !== undefined || link !== undefined ? plan.results[0] : undefined;
    const place = link === undefined ? (file ?? from) : 'the link';
    if (options['dryRun'] === true) {
      if (options.json) printJson(single ?? plan);
      else printPlan(plan, place);
      return plan.results.some((result) => result.error !== null) ? 1 : 0;
    }
    const wanted = plan.rows.filter((row) => row.action === 'add' || row.action === 'add-renamed');
    if (single?.error) throw unreadable(single);
    if (!options.json) printPlan(plan, place);
    if (wanted.length === 0) {
      if (options.json) printJson({ added: [], skipped: [], secrets: [] });
      return plan.results.some((result) => result.error !== null) ? 1 : 0;
    }
    const question = `Import ${wanted.length} ${wanted.length === 1 ? 'server' : 'servers'}?`;
    if (options['yes'] !== true && !(await confirm(question, options.json === true))) {
      printLine('Nothing was changed.');
      return 0;
    }
    const done = await client.clients.applyImport({ planId: plan.planId, keys: wanted.map((row) => row.key) });
    if (options.json) return printJson(done);
    printLine(`Added ${done.added.length}: ${done.added.join(', ')}`);
    if (done.secrets.length > 0)
      printLine(
        `${done.secrets.length} ${done.secrets.length === 1 ? 'secret is' : 'secrets are'} in the keychain now; the catalog holds only the names.`,
      );
    for (const name of done.foreign)
      printLine(`${name} came with a project: look at it and approve it with: portolan approve ${name}`);
    for (const skipped of done.skipped) printLine(`Left out ${skipped.name}: ${skipped.message} (${skipped.code})`);
    return 0;
  });
}

function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function unreadable({ file, error }: ImportResult): PortolanError {
  const where = error?.line ? `, line ${error.line}${error.column ? `, column ${error.column}` : ''}` : '';
  return new PortolanError(
    isErrorCode(error?.code) ? error.code : 'PARSE_ERROR',
    `${file ?? 'the text'}: ${error?.message ?? 'it cannot be read'}${where}; it was left alone`,
  );
}

function printPlan(plan: ImportPlan, place = 'other clients'): void {
  for (const result of plan.results) {
    if (result.error)
      printLine(
        `${result.file ?? result.client}: ${result.error.message ?? 'cannot be read'}${result.error.line ? `, line ${result.error.line}` : ''} (${result.error.code}). It was left alone.`,
      );
  }
  if (plan.rows.length === 0) return printLine(`Found no servers in ${place}.`);
  printTable(
    ['SERVER', 'ACTION', 'TYPE', 'FOUND IN', 'SECRETS', 'WHERE'],
    plan.rows.map((row) => [
      row.name,
      ACTIONS[row.action],
      row.transport,
      [...new Set(row.foundIn.map((found) => found.client))].join(', '),
      row.secrets.length > 0 ? `${row.secrets.length} to the keychain` : '-',
      row.where,
    ]),
  );
}
