// The registries of this host. Construction only.
import { join } from 'node:path';
import type { Clock } from '../core/base/clock.ts';
import type { Paths } from '../core/base/paths.ts';
import { Registries } from '../core/registry/registries.ts';
import { PortolanError } from '../shared/errors.ts';
import type { CatalogPort, SettingsPort } from './ports.ts';

export function createRegistries(options: {
  paths: Pick<Paths, 'home' | 'cacheDir'>;
  env: NodeJS.ProcessEnv;
  clock: Clock;
  settings: Pick<SettingsPort, 'get'>;
  vault: { get(name: string): Promise<string>; list(): { name: string }[] };
  catalog: Pick<CatalogPort, 'list'>;
}): Registries {
  const { paths, env, clock, settings, vault, catalog } = options;
  const official = env['PORTOLAN_REGISTRY'];
  return new Registries({
    cacheDir: paths.cacheDir,
    bundlesDir: join(paths.home, 'bundles'),
    clock,
    settings: () => settings.get().registries,
    entries: () => catalog.list(),
    hasSecret: (name) => vault.list().some((one) => one.name === name),
    resolveToken: async (reference) => {
      const [, kind, name = ''] = /^\$\{(secret|env):([^{}]+)\}$/.exec(reference) ?? [];
      const value = kind === 'secret' ? await vault.get(name) : env[name];
      if (value !== undefined && value !== '') return value;
      throw new PortolanError(
        'REFERENCE_UNRESOLVED',
        `The token of the registry refers to ${reference}, which has no value.`,
        {
          hint: 'Set it, or give the registry another token.',
        },
      );
    },
    ...(official !== undefined && official !== '' && { official }),
  });
}
