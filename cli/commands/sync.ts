// `portolan sync --to A,B`: the same servers in several clients at once: one preview, all files or none, one undo.
import type { Command } from 'commander';
import { PortolanError } from '../../shared/errors.ts';
import { MODES, namesIn, oneOf, writeSet } from '../change-set.ts';
import { define, host } from '../command.ts';

export function syncCommand(program: Command): void {
  const command = program
    .command('sync')
    .description('write servers into several clients at once, all of them or none')
    .requiredOption('--to <clients>', 'comma-separated clients, such as cursor,vscode')
    .option('--servers <names>', 'comma-separated names (default: every enabled server)')
    .option('--profile <name>', 'one entry for a profile instead of one for each server')
    .option('--remove <names>', 'take out Portolan’s entries for these servers; profile:NAME for a profile')
    .option(
      '--mode <mode>',
      'connect (through Portolan), http (through its gateway) or direct (native entry)',
      'connect',
    )
    .option('--dry-run', 'show the differences and write nothing')
    .option('--force', 'write even while a client is running')
    .option('--yes', 'do not ask');
  define(command, async (options) => {
    const clients = namesIn(options['to']) ?? [];
    if (clients.length === 0) throw new PortolanError('INPUT_INVALID', '--to names no client', { hint: 'Name one.' });
    const mode = oneOf(options['mode'], MODES, '--mode');
    const [servers, remove] = [namesIn(options['servers']), namesIn(options['remove'])];
    const client = await host();
    const change = {
      mode,
      scope: 'user' as const,
      ...(servers !== undefined && { servers }),
      ...(remove !== undefined && { remove }),
      ...(typeof options['profile'] === 'string' && { profiles: [options['profile']] }),
    };
    const plan = await client.clients.planSync({ changes: clients.map((id) => ({ ...change, client: id })) });
    return writeSet(client, plan, options);
  });
}
