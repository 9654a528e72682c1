// `portolan registry sources`: which registries are searched.
import type { Command } from 'commander';
import { PortolanError } from '../../shared/errors.ts';
import { define, defineGroup, host } from '../command.ts';
import { printJson, printLine, printTable } from '../output.ts';

export function registrySourcesCommand(parent: Command): void {
  const group = defineGroup(parent, 'sources', 'the registries that are searched');
  define(group.command('list', { isDefault: true }).description('names and addresses'), async (options) => {
    const client = await host();
    const list = await client.registry.sources();
    if (options.json) return printJson(list);
    printTable(
      ['NAME', 'ADDRESS', 'TOKEN'],
      list.map(({ name, url, token }) => [name, url, token ?? '-']),
    );
  });
  define<[string, string]>(
    group
      .command('add')
      .argument('<name>')
      .argument('<url>', 'base address; /v0.1/servers follows it')
      .option('--token <secret>', 'name of the stored secret that is sent as bearer token')
      .description('search in another registry too'),
    async (options, name, url) => {
      const client = await host();
      const [, ...own] = await client.registry.sources();
      if (own.some((one) => one.name === name)) {
        throw new PortolanError('DUPLICATE_NAME', `there is a registry named ${name} already`, {
          hint: `Remove it first: portolan registry sources remove ${name}`,
        });
      }
      const token = typeof options['token'] === 'string' ? { token: `\${secret:${options['token']}}` } : {};
      const registries = [...own, { name, url, ...token }];
      await client.system.setSettings({ registries });
      if (options.json) return printJson(registries);
      printLine(`Added ${name}. Search in it with: portolan registry search --registry ${name}`);
    },
  );
  define<[string]>(
    group.command('remove').argument('<name>').description('search in it no more'),
    async (options, name) => {
      const client = await host();
      const [, ...own] = await client.registry.sources();
      const registries = own.filter((one) => one.name !== name);
      if (registries.length === own.length) {
        throw new PortolanError('NOT_FOUND', `there is no registry of yours named ${name}`, {
          hint: 'See them with: portolan registry sources',
        });
      }
      await client.system.setSettings({ registries });
      if (options.json) return printJson(registries);
      printLine(`Removed ${name}. Servers that came from it stay.`);
    },
  );
}
