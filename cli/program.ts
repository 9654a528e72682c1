// The list of commands. Each file in commands/ adds one or a few and is loaded only when its word is used.
import { Command, CommanderError } from 'commander';
import { PortolanError } from '../shared/errors.ts';
import { reportError } from './output.ts';
import { unknownCommand, unknownWord, usageError, wantsJson } from './usage.ts';

type Register = (program: Command) => void;

const COMMANDS: readonly (readonly [words: readonly string[], load: () => Promise<Register>])[] = [
  [['serve'], async () => (await import('./commands/serve.ts')).serveCommand],
  [['host'], async () => (await import('./commands/host.ts')).hostCommand],
  [['doctor'], async () => (await import('./commands/doctor.ts')).doctorCommand],
  [['add'], async () => (await import('./commands/add.ts')).addCommand],
  [['list', 'ls'], async () => (await import('./commands/list.ts')).listCommand],
  [['show'], async () => (await import('./commands/show.ts')).showCommand],
  [
    ['remove', 'rm', 'enable', 'disable', 'rename', 'undo'],
    async () => (await import('./commands/catalog.ts')).catalogCommands,
  ],
  [['approve'], async () => (await import('./commands/approve.ts')).approveCommand],
  [['import'], async () => (await import('./commands/import.ts')).importCommand],
  [['export'], async () => (await import('./commands/export.ts')).exportCommand],
  [['sync'], async () => (await import('./commands/sync.ts')).syncCommand],
  [['clients'], async () => (await import('./commands/clients.ts')).clientsCommand],
  [['share'], async () => (await import('./commands/share.ts')).shareCommand],
  [['open'], async () => (await import('./commands/open-link.ts')).openLinkCommand],
  [['registry'], async () => (await import('./commands/registry.ts')).registryCommand],
  [['profile'], async () => (await import('./commands/profile.ts')).profileCommand],
  [['tools'], async () => (await import('./commands/tools.ts')).toolsCommand],
  [['call'], async () => (await import('./commands/call.ts')).callCommand],
  [['tasks'], async () => (await import('./commands/tasks.ts')).tasksCommand],
  [['logs'], async () => (await import('./commands/logs.ts')).logsCommand],
  [['login'], async () => (await import('./commands/login.ts')).loginCommand],
  [['logout'], async () => (await import('./commands/logout.ts')).logoutCommand],
  [['identities'], async () => (await import('./commands/identities.ts')).identitiesCommand],
  [['audit'], async () => (await import('./commands/audit.ts')).auditCommand],
  [['gateway'], async () => (await import('./commands/gateway.ts')).gatewayCommand],
  [['input'], async () => (await import('./commands/input.ts')).inputCommand],
  [['secret'], async () => (await import('./commands/secret.ts')).secretCommand],
  [['vault'], async () => (await import('./commands/vault.ts')).vaultCommand],
  [['telemetry'], async () => (await import('./commands/telemetry.ts')).telemetryCommand],
  [['connect'], () => Promise.resolve(connectCommand)],
];

/** Runs the command line and returns the exit status: 0 done, 1 failed, 2 usage, 3 sign-in, 4 policy, 5 host, 6 integrity. */
export async function run(given: readonly string[]): Promise<number> {
  // A reader that has seen enough (`| head`) is no failure.
  process.stdout.on('error', () => process.exit(0));
  process.stderr.on('error', () => undefined);
  const args = given[0] === 'help' ? [...given.slice(1).filter((word) => word !== '--help'), '--help'] : given;
  const json = wantsJson(args);
  try {
    const program = await programFor(args[0]);
    const unknown = unknownWord(program, args);
    if (unknown) throw unknown;
    return await parse(program, args);
  } catch (error) {
    if (error instanceof PortolanError) return reportError(error, { json });
    throw error;
  }
}

/** The whole program, or just the part that `word` names. Throws INPUT_INVALID when `word` is no command. */
export async function programFor(word?: string): Promise<Command> {
  const program = new Command('portolan')
    .description(
      "Your MCP servers in one place. Without a command: opens Portolan's window, or the browser where there is none.",
    )
    .enablePositionalOptions()
    .helpCommand(false)
    .configureHelp({ showGlobalOptions: false })
    .configureOutput({ outputError: () => undefined });
  const { openCommand } = await import('./commands/open.ts');
  openCommand(program);
  const isCommand = word !== undefined && !word.startsWith('-');
  const chosen = isCommand ? COMMANDS.filter(([words]) => words.includes(word)) : COMMANDS;
  if (chosen.length === 0)
    throw unknownCommand(
      ['portolan'],
      word ?? '',
      COMMANDS.flatMap(([words]) => words),
    );
  for (const [, load] of chosen) (await load())(program);
  overrideExit(program);
  return program;
}

async function parse(program: Command, args: readonly string[]): Promise<number> {
  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return 0;
    throw usageError(error, program, args);
  }
  return typeof process.exitCode === 'number' ? process.exitCode : 0;
}

/** Only for its help: main.ts hands `portolan connect` to the shim before anything of this is loaded. */
function connectCommand(program: Command): void {
  program
    .command('connect')
    .argument('[name]', 'server in the catalog')
    .option('--profile <name>', 'a profile instead of one server')
    .description('the stdio proxy that AI clients start')
    .action(() => undefined);
}

function overrideExit(command: Command): void {
  command.exitOverride();
  // Sub-commands made with .command() inherit these settings only when they are made afterwards.
  for (const child of command.commands) overrideExit(child.configureOutput({ outputError: () => undefined }));
}
