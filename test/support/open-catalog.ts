// A catalog on a real file in a fresh directory, with every change that it tells.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { Catalog, type CatalogChange } from '../../core/catalog/catalog.ts';
import type { Endpoint, ServerEntry } from '../../shared/model/server-entry.ts';
import { serverEntrySchema } from '../../shared/model/server-entry.ts';
import { tempDir } from './temp-dir.ts';

export interface OpenCatalog {
  readonly catalog: Catalog;
  readonly path: string;
  readonly changes: CatalogChange[];
  readonly warnings: string[];
  readonly text: () => string;
  readonly write: (text: string) => void;
}

export async function openCatalog(text?: string | Buffer): Promise<OpenCatalog> {
  const path = join(tempDir(), 'catalog.json');
  if (text !== undefined) writeFileSync(path, text);
  const changes: CatalogChange[] = [];
  const warnings: string[] = [];
  const logger = { warn: (message: string) => void warnings.push(message) };
  const catalog = await Catalog.open({ path, logger, onChange: (change) => changes.push(change) });
  onTestFinished(() => catalog.close());
  return {
    catalog,
    path,
    changes,
    warnings,
    text: () => readFileSync(path, 'utf8'),
    write: (next) => writeFileSync(path, next),
  };
}

export function entryOf(name: string, endpoint: object = {}, options: object = {}): ServerEntry {
  return serverEntrySchema.parse({ name, endpoint: { type: 'stdio', command: 'run', ...endpoint }, options });
}

export function urlOf(url: string): Endpoint {
  return { type: 'http-auto', url, headers: {} };
}
