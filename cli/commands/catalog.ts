// The one-line catalog commands: remove, enable, disable, rename, undo.
import type { Command } from 'commander';
import { define, host } from '../command.ts';
import { printJson, printLine } from '../output.ts';

export function catalogCommands(program: Command): void {
  define<[string]>(
    program.command('remove').alias('rm').argument('<name>').description('take a server out of the catalog'),
    async (options, name) => {
      const client = await host();
      await client.catalog.remove({ name });
      if (options.json) printJson({ removed: name });
      else printLine(`Removed ${name}. "portolan undo" brings it back.`);
    },
  );
  for (const [word, enabled] of [
    ['enable', true],
    ['disable', false],
  ] as const) {
    define<[string]>(
      program
        .command(word)
        .argument('<name>')
        .description(enabled ? 'let clients use a server again' : 'keep a server but let nobody use it'),
      async (options, name) => {
        const client = await host();
        const entry = await client.catalog.setEnabled({ name, enabled });
        if (options.json) printJson(entry);
        else printLine(`${name} is ${enabled ? 'enabled' : 'disabled'}.`);
      },
    );
  }
  define<[string, string]>(
    program.command('rename').argument('<from>').argument('<to>').description('give a server another name'),
    async (options, from, to) => {
      const client = await host();
      const entry = await client.catalog.rename({ name: from, to });
      if (options.json) printJson(entry);
      else printLine(`${from} is now ${to}. Clients that were told the old name need a new export.`);
    },
  );
  define(program.command('undo').description('take back the last change of the catalog'), async (options) => {
    const client = await host();
    const { undone } = await client.catalog.undo();
    if (options.json) printJson({ undone });
    else printLine(`Undone: ${undone}.`);
  });
}
