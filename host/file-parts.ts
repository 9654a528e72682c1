// What entries ask for, portable catalog files and links: the parts behind them, and how references get their values.
import type { Clock } from '../core/base/clock.ts';
import type { Redactor } from '../core/base/redact.ts';
import { InputValues, type InputValuesOptions } from '../core/catalog/input-values.ts';
import { PortableCatalog, type PortableOptions } from '../core/catalog/portable-catalog.ts';
import { type ResolvedServer, resolveEntry } from '../core/catalog/resolve.ts';
import type { ServerEntry } from '../shared/model/server-entry.ts';
import { LinkDesk } from './link-desk.ts';

export interface FileParts {
  readonly inputs: InputValues;
  readonly portable: PortableCatalog;
  readonly links: LinkDesk;
}

export function createFileParts(
  options: InputValuesOptions & Pick<PortableOptions, 'catalog'> & { readonly clock: Pick<Clock, 'now'> },
): FileParts {
  const { catalog, clock } = options;
  const now = () => clock.now();
  const inputs = new InputValues(options);
  const portable = new PortableCatalog({ catalog, inputs, now });
  return { inputs, portable, links: new LinkDesk({ portable, now }) };
}

/** Resolves all references of an entry; the log knows the secret values before anyone else does. */
export function createResolve(parts: {
  readonly vault: InputValuesOptions['vault'];
  readonly inputs: Pick<InputValues, 'get'>;
  readonly env: NodeJS.ProcessEnv;
  readonly redactor: Pick<Redactor, 'addSecret'>;
}): (entry: ServerEntry) => Promise<ResolvedServer> {
  const { vault, inputs, env, redactor } = parts;
  return async (entry) => {
    const resolved = await resolveEntry(entry, {
      secret: (name) => vault.get(name),
      input: (id) => inputs.get(id),
      env,
    });
    for (const value of resolved.secretValues) redactor.addSecret(value);
    return resolved;
  };
}
