// `portolan secret set NAME | list | remove NAME`. Values come from a prompt or stdin, never from the command line.
import type { Command } from 'commander';
import { PortolanError } from '../../shared/errors.ts';
import { define, defineGroup, host } from '../command.ts';
import { printJson, printLine, printNote, printTable } from '../output.ts';
import { readSecret } from '../read-secret.ts';

export function secretCommand(program: Command): void {
  const group = defineGroup(program, 'secret', 'names of secrets; values go in, never out');
  define<[string]>(
    group
      .command('set')
      .argument('<name>')
      .description('store or replace a secret; asks for it, or reads it from stdin'),
    async (options, name) => {
      const value = await readSecret(`Value of ${name} (not shown): `);
      if (value === '')
        throw new PortolanError('INPUT_INVALID', 'the value is empty, so nothing was stored', {
          hint: `Type it when asked, or pipe it in: portolan secret set ${name} < FILE`,
        });
      const client = await host();
      const info = await client.secrets.set({ name, value });
      if (options.json) printJson(info);
      else printLine(`Stored ${name}. Use it in an entry as \${secret:${name}}.`);
    },
  );
  define(group.command('list', { isDefault: true }).description('names, last change, where used'), async (options) => {
    const client = await host();
    const list = await client.secrets.list();
    if (options.json) return printJson(list);
    if (list.vault.reason) printNote(`${list.vault.reason.message} (${list.vault.reason.code})`);
    if (list.secrets.length === 0) return printLine('No secrets yet.');
    printTable(
      ['NAME', 'CHANGED', 'USED BY'],
      list.secrets.map((secret) => [secret.name, secret.changedAt, secret.usedBy.join(', ') || '-']),
    );
  });
  define<[string]>(group.command('remove').argument('<name>').description('delete a secret'), async (options, name) => {
    const client = await host();
    await client.secrets.remove({ name });
    if (options.json) printJson({ removed: name });
    else printLine(`Removed ${name}.`);
  });
}
