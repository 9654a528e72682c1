// `portolan input list | set ID [VALUE] | remove ID`: what servers ask a person for. Secret values come from a prompt or stdin.
import type { Command } from 'commander';
import { PortolanError } from '../../shared/errors.ts';
import type { InputStatus } from '../../shared/model/catalog-input.ts';
import { define, defineGroup, host } from '../command.ts';
import { printJson, printLine, printTable } from '../output.ts';
import { readSecret } from '../read-secret.ts';

export function inputCommand(program: Command): void {
  const group = defineGroup(program, 'input', 'what your servers ask you for');
  define(
    group.command('list', { isDefault: true }).description('what is asked for, and by which servers'),
    async (options) => {
      const client = await host();
      const inputs = await client.inputs.list();
      if (options.json) return printJson(inputs);
      if (inputs.length === 0) return printLine('No server asks for anything.');
      printTable(
        ['INPUT', 'VALUE', 'ASKED BY', 'DESCRIPTION'],
        inputs.map((input) => [input.id, valueWords(input), input.usedBy.join(', ') || '-', input.description ?? '-']),
      );
    },
  );
  define<[string, string | undefined]>(
    group
      .command('set')
      .argument('<id>')
      .argument('[value]', 'only for what is no secret; else it is asked for, or read from stdin')
      .description('give a value'),
    async (options, id, given) => {
      const client = await host();
      const input = (await client.inputs.list()).find((known) => known.id === id);
      if (given !== undefined && input?.secret === true) {
        throw new PortolanError('INPUT_INVALID', `${id} is a secret, and the command line is no place for one`, {
          hint: `Type it when asked, or pipe it in: portolan input set ${id} < FILE`,
        });
      }
      const value = given ?? (await readSecret(`${input?.description ?? `Value of ${id}`} (not shown): `));
      await client.inputs.set({ id, value });
      if (options.json) printJson({ set: id });
      else printLine(`Stored ${id}.`);
    },
  );
  define<[string]>(
    group.command('remove').argument('<id>').description('forget the value; the servers ask for it again'),
    async (options, id) => {
      const client = await host();
      await client.inputs.remove({ id });
      if (options.json) printJson({ removed: id });
      else printLine(`Forgot ${id}.`);
    },
  );
}

function valueWords({ secret, hasValue, value, required, default: fallback }: InputStatus): string {
  if (hasValue) return secret ? 'in the keychain' : (value ?? '');
  if (fallback !== undefined) return `${fallback} (default)`;
  return required ? 'missing' : 'none';
}
