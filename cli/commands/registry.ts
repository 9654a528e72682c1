// `portolan registry`: search in registries, look at a server, add it after a review, keep it up to date.
import type { Command } from 'commander';
import type { Origin, RegistryDetail } from '../../shared/model/registry.ts';
import { define, defineGroup, host } from '../command.ts';
import { install, review, valuesFrom } from '../install.ts';
import { printFacts, printJson, printLine, printNote, printTable } from '../output.ts';
import { visibleLine } from '../visible.ts';
import { registrySourcesCommand } from './registry-sources.ts';

export function registryCommand(program: Command): void {
  const group = defineGroup(program, 'registry', 'find servers in registries, add them and keep them up to date');
  searchCommand(group);
  showCommand(group);
  addCommand(group);
  outdatedCommand(group);
  updateCommand(group);
  registrySourcesCommand(group);
}

function searchCommand(group: Command): void {
  const command = group
    .command('search', { isDefault: true })
    .argument('[text...]', 'words in the name; everything without them')
    .option('--registry <name>', 'look here instead of the official registry')
    .option('--cursor <cursor>', 'the next page of an earlier search')
    .description('list servers of a registry, the latest version of each');
  define<[string[]]>(command, async (options, words) => {
    const client = await host();
    const page = await client.registry.search({
      text: words.join(' '),
      ...textFlag(options, 'registry'),
      ...textFlag(options, 'cursor'),
    });
    if (options.json) return printJson(page);
    tellAge(page);
    if (page.skipped > 0) printNote(`${page.skipped} entries could not be read and are left out`);
    if (page.servers.length === 0) return printLine('Nothing found.');
    printTable(
      ['SERVER', 'VERSION', 'STATUS', 'FROM', 'DESCRIPTION'],
      page.servers.map((one) => [
        one.name,
        one.version,
        one.status,
        one.kinds.join(', '),
        one.description.slice(0, 100),
      ]),
    );
    if (page.nextCursor !== undefined) printLine(`More: --cursor ${page.nextCursor}`);
  });
}

function showCommand(group: Command): void {
  const command = group
    .command('show')
    .argument('<name>', 'as the registry writes it, such as io.example/notes')
    .option('--registry <name>', 'look here instead of the official registry')
    .option('--version <version>', 'this version instead of the latest')
    .description('what a registry says about a server, and what adding it asks for');
  define<[string]>(command, async (options, name) => {
    const client = await host();
    const detail = await client.registry.show({ origin: originOf(name, options) });
    if (options.json) return printJson(detail);
    tellAge(detail);
    printDetail(detail);
  });
}

function addCommand(group: Command): void {
  const command = group
    .command('add')
    .argument('<name>', 'as the registry writes it, such as io.example/notes')
    .option('--registry <name>', 'take it from here instead of the official registry')
    .option('--version <version>', 'this version instead of the latest')
    .option('--as <name>', 'how you and your clients call it')
    .description('add a server after a look at everything that it runs or contacts');
  define<[string]>(withInstallFlags(command), async (options, name) => {
    const client = await host();
    const as = options['as'];
    return install(client, originOf(name, options), options, typeof as === 'string' ? as : undefined);
  });
}

function outdatedCommand(group: Command): void {
  const command = group.command('outdated').description('servers of yours for which their registry has news');
  define(command, async (options) => {
    const client = await host();
    const list = await client.registry.outdated();
    if (options.json) return printJson(list);
    const news = list.filter(({ state, status }) => state !== 'current' || status !== 'active');
    if (news.length === 0)
      return printLine(list.length === 0 ? 'No server of yours came from a registry.' : 'All are up to date.');
    printTable(
      ['SERVER', 'VERSION', 'LATEST', 'NEWS'],
      news.map((one) => [one.name, one.version, one.latest ?? '-', newsOf(one)]),
    );
    for (const { name, status } of news)
      if (status === 'deleted')
        printLine(`${name} was deleted from its registry, mostly for harm. Remove it with: portolan remove ${name}`);
  });
}

function newsOf({
  state,
  status,
  problem,
}: {
  state: string;
  status?: string | undefined;
  problem?: { message: string } | undefined;
}): string {
  const told = status !== undefined && status !== 'active' ? `${status}; ` : '';
  if (state === 'unknown') return `${told}${problem?.message ?? 'not known'}`;
  if (state === 'changed') return `${told}the registry says something else about this version now`;
  return `${told}${state === 'newer' ? 'another version' : 'no other version'}`;
}

function updateCommand(group: Command): void {
  const command = group
    .command('update')
    .argument('<name>', 'server in the catalog')
    .description('move a server to the latest version after a look at what changes');
  define<[string]>(withInstallFlags(command), async (options, name) => {
    const client = await host();
    const secrets = Array.isArray(options['secret']) ? options['secret'].map(String) : [];
    const request = await client.registry.updateRequest({ name, values: valuesFrom(options['set']), secrets });
    return review(client, request, options);
  });
}

/** The flags of everything that ends in a review. */
export function withInstallFlags(command: Command): Command {
  return command
    .option('--package <n>', 'use this package of the list, counted from 0')
    .option('--remote <n>', 'use this address of the list, counted from 0')
    .option('--set <id=value>', 'answer to an input (repeatable)', collect)
    .option('--secret <id>', 'also ask for this secret, which is not needed (repeatable)', collect)
    .option('--dry-run', 'show what would happen and change nothing')
    .option('-y, --yes', 'do not ask');
}

function printDetail({ server, options, versions, sha256, websiteUrl, repositoryUrl }: RegistryDetail): void {
  printFacts([
    ['server', server.title === undefined ? server.name : `${server.name} (${server.title})`],
    ['version', server.version],
    ['status', server.statusMessage === undefined ? server.status : `${server.status}: ${server.statusMessage}`],
    ['description', server.description],
    ['website', websiteUrl],
    ['source', repositoryUrl],
    [
      'versions',
      versions
        .slice(0, 20)
        .map(({ version, status }) => (status === 'active' ? version : `${version} (${status})`))
        .join(', '),
    ],
    ['hash', sha256],
  ]);
  for (const { id, type, what, refused, inputs } of options) {
    printLine();
    printLine(
      `--${id.replace(':', ' ')}  ${type} ${visibleLine(what)}${refused === undefined ? '' : `  cannot be used: ${refused}`}`,
    );
    for (const input of inputs) {
      const marks = [
        input.required ? 'needed' : 'optional',
        input.secret ? 'secret' : input.format,
        ...(input.choices ? [input.choices.join('|')] : []),
      ];
      printLine(
        `  ${input.id}  ${marks.join(', ')}${input.default === undefined ? '' : `, default ${visibleLine(input.default)}`}`,
      );
      if (input.description !== undefined) printLine(`    ${visibleLine(input.description)}`);
    }
  }
}

function tellAge({ readAt, offline }: { readAt: string; offline?: { message: string } | undefined }): void {
  if (offline !== undefined)
    printNote(`the registry cannot be asked (${offline.message}); this is the list of ${readAt}`);
}

function originOf(server: string, options: Readonly<Record<string, unknown>>): Origin {
  return { kind: 'registry', server, ...textFlag(options, 'registry'), ...textFlag(options, 'version') };
}

function textFlag<Name extends string>(
  options: Readonly<Record<string, unknown>>,
  name: Name,
): Partial<Record<Name, string>> {
  const value = options[name];
  return typeof value === 'string' ? ({ [name]: value } as Record<Name, string>) : {};
}

function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}
