// `portolan profile`: several servers offered to clients as one.
import type { Command } from 'commander';
import { PortolanError } from '../../shared/errors.ts';
import { define, defineGroup, host } from '../command.ts';
import { printFacts, printJson, printLine, printTable } from '../output.ts';
import { wholeNumber } from '../whole-number.ts';

type Options = Readonly<Record<string, unknown>>;

export function profileCommand(program: Command): void {
  const group = defineGroup(program, 'profile', 'several servers offered to clients as one');
  define(group.command('list', { isDefault: true }).description('every profile'), async (options) => {
    const profiles = await (await host()).profiles.list();
    if (options.json) return printJson({ profiles });
    if (profiles.length === 0)
      return printLine('No profiles yet. "portolan profile create NAME --servers A,B" makes one.');
    printTable(
      ['NAME', 'MODE', 'SERVERS'],
      profiles.map(({ name, mode, servers }) => [name, mode, servers.join(', ')]),
    );
  });
  define<[string]>(group.command('show').argument('<name>').description('what a profile offers now'), showProfile);
  define<[string]>(
    withFields(group.command('create').argument('<name>').description('make a profile')),
    async (options, name) => {
      const { servers, ...fields } = fieldsFrom(options);
      if (servers === undefined) throw usage('--servers is missing', 'portolan profile create NAME --servers A,B');
      const profile = await (await host()).profiles.create({ name, servers, ...fields });
      if (options.json) printJson(profile);
      else printLine(`Made ${name}. "portolan export --to CLIENT --profile ${name}" lets a client use it.`);
    },
  );
  define<[string]>(
    withFields(group.command('edit').argument('<name>').description('change what is given')),
    async (options, name) => {
      const fields = fieldsFrom(options);
      if (Object.keys(fields).length === 0)
        throw usage('nothing to change was given', 'Give --servers, --mode, --title or --name-budget.');
      const profile = await (await host()).profiles.update({ name, ...fields });
      if (options.json) printJson(profile);
      else printLine(`Changed ${name}. Connected clients are told.`);
    },
  );
  define<[string, string]>(
    group.command('rename').argument('<from>').argument('<to>').description('give a profile another name'),
    async (options, from, to) => {
      const profile = await (await host()).profiles.rename({ name: from, to });
      if (options.json) printJson(profile);
      else printLine(`${from} is now ${to}. Clients that were told the old name need a new export.`);
    },
  );
  define<[string]>(
    group.command('remove').alias('rm').argument('<name>').description('take a profile out of the catalog'),
    async (options, name) => {
      await (await host()).profiles.remove({ name });
      if (options.json) printJson({ removed: name });
      else printLine(`Removed ${name}. Its servers stay. "portolan undo" brings it back.`);
    },
  );
}

async function showProfile(options: Options & { json?: boolean }, name: string): Promise<void> {
  const status = await (await host()).profiles.status({ name });
  if (options.json) return printJson(status);
  const { profile, sessions, members, renamed } = status;
  printFacts([
    ['name', profile.name],
    ['title', profile.title],
    ['mode', profile.mode],
    ['longest name', String(profile.nameBudget)],
    ['sessions', String(sessions)],
  ]);
  printLine();
  printTable(
    ['SERVER', 'STATE', 'TOOLS', 'REASON'],
    members.map(({ server, state, tools, reason }) => [
      server,
      state,
      tools?.toString() ?? '',
      reason === undefined ? '' : `${reason.message} (${reason.code})`,
    ]),
  );
  for (const { server, tool, as } of renamed) printLine(`${server} ${tool} is offered as ${as}`);
}

function withFields(command: Command): Command {
  return command
    .option('--servers <names>', 'comma-separated names, in the order in which their tools are listed')
    .option('--mode <mode>', 'all (every tool is listed) or search (find_tools and call_tool)')
    .option('--title <text>', 'name for people')
    .option('--name-budget <n>', 'longest tool name in characters, 20 to 128', wholeNumber('--name-budget', 20, 128));
}

function fieldsFrom(options: Options): {
  servers?: string[];
  mode?: 'all' | 'search';
  title?: string;
  nameBudget?: number;
} {
  const { servers, mode, title, nameBudget } = options;
  if (mode !== undefined && mode !== 'all' && mode !== 'search') {
    throw usage('--mode is one of all, search', 'Correct --mode.');
  }
  return {
    ...(typeof servers === 'string' && {
      servers: servers
        .split(',')
        .map((name) => name.trim())
        .filter(Boolean),
    }),
    ...(mode !== undefined && { mode }),
    ...(typeof title === 'string' && { title }),
    ...(typeof nameBudget === 'number' && { nameBudget }),
  };
}

function usage(message: string, hint: string): PortolanError {
  return new PortolanError('INPUT_INVALID', message, { hint });
}
