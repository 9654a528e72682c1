// The list of commands. Each file in commands/ adds one; unknown words and flags name the nearest known ones.
import { Command, CommanderError } from 'commander';
import { VERSION } from '../shared/version.ts';
import { addCommand } from './commands/add.ts';
import { auditCommand } from './commands/audit.ts';
import { callCommand } from './commands/call.ts';
import { catalogCommands } from './commands/catalog.ts';
import { doctorCommand } from './commands/doctor.ts';
import { exportCommand } from './commands/export.ts';
import { hostCommand } from './commands/host.ts';
import { importCommand } from './commands/import.ts';
import { listCommand } from './commands/list.ts';
import { openCommand } from './commands/open.ts';
import { secretCommand } from './commands/secret.ts';
import { serveCommand } from './commands/serve.ts';
import { showCommand } from './commands/show.ts';
import { toolsCommand } from './commands/tools.ts';
import { nearest } from './nearest.ts';
import { visible } from './output.ts';

const REGISTER = [
  openCommand,
  serveCommand,
  hostCommand,
  doctorCommand,
  addCommand,
  listCommand,
  showCommand,
  catalogCommands,
  importCommand,
  exportCommand,
  toolsCommand,
  callCommand,
  auditCommand,
  secretCommand,
];

/** Runs the command line and returns the exit status: 0 done, 1 failed, 2 usage, 3 sign-in, 4 policy, 5 host, 6 integrity. */
export async function run(args: readonly string[]): Promise<number> {
  // A reader that has seen enough (`| head`) is no failure.
  process.stdout.on('error', () => process.exit(0));
  const program = new Command('portolan')
    .description(
      "Your MCP servers in one place. Without a command: opens Portolan's window, or the browser where there is none.",
    )
    .version(VERSION, '-v, --version')
    .enablePositionalOptions()
    .showSuggestionAfterError(true)
    .showHelpAfterError('(portolan --help shows every command)')
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'portolan: ')) });
  for (const register of REGISTER) register(program);
  program
    .command('connect')
    .argument('<name>', 'server in the catalog')
    .description('the stdio proxy that AI clients start')
    .action(() => undefined);
  for (const command of program.commands) command.exitOverride();
  const [word] = args;
  const names = program.commands.flatMap((command) => [command.name(), ...command.aliases()]);
  if (word !== undefined && !word.startsWith('-') && word !== 'help' && !names.includes(word))
    return unknownCommand(word, names);
  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
  return typeof process.exitCode === 'number' ? process.exitCode : 0;
}

function unknownCommand(word: string, names: readonly string[]): number {
  const [guess] = nearest(word, names);
  process.stderr.write(
    `portolan: there is no command "${visible(word)}" (INPUT_INVALID)\n  next: ${guess ? `did you mean "portolan ${guess}"?` : 'portolan --help shows every command'}\n`,
  );
  return 2;
}
