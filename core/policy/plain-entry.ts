// Whether a row of a plan shows enough of an entry to approve it by saying yes to the plan. Pure.
import type { CatalogInput } from '../../shared/model/catalog-input.ts';
import type { Endpoint } from '../../shared/model/server-entry.ts';
import { commandRisks } from './command-risks.ts';

/**
 * Nothing in `endpoint` needs a closer look; an open version is told elsewhere. A reference counts as what it stands for
 * without a person's doing: the default of one of `inputs`, or its own.
 */
export function isPlain(endpoint: Endpoint, inputs: readonly Pick<CatalogInput, 'id' | 'default'>[]): boolean {
  return commandRisks(withDefaults(endpoint, inputs)).every(({ code }) => code === 'UNPINNED');
}

function withDefaults(endpoint: Endpoint, inputs: readonly Pick<CatalogInput, 'id' | 'default'>[]): Endpoint {
  const fill = (text: string): string =>
    text.replace(
      /\$\{input:([^{}]*)\}|\$\{env:[^{}]*?:-([^{}]*)\}/g,
      (reference, id?: string, fallback?: string) =>
        fallback ?? inputs.find((input) => input.id === id)?.default ?? reference,
    );
  const fillAll = (values: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(values).map(([name, text]) => [name, fill(text)]));
  if (endpoint.type !== 'stdio') return { ...endpoint, url: fill(endpoint.url), headers: fillAll(endpoint.headers) };
  const { command, args, env, cwd } = endpoint;
  const folder = cwd === undefined ? {} : { cwd: fill(cwd) };
  return { ...endpoint, command: fill(command), args: args.map(fill), env: fillAll(env), ...folder };
}
