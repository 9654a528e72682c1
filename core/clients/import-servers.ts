// Brings servers of other clients into the catalog: plan first, apply on a person's word. It starts no server, and it
// writes secrets to the keychain and entries to the catalog only, never to the files it reads.
import { isAbsolute } from 'node:path';
import type { CatalogInput } from '../../shared/model/catalog-input.ts';
import type { ImportDone, ImportPlan } from '../../shared/model/import-result.ts';
import type { ServerEntry } from '../../shared/model/server-entry.ts';
import { PortolanError } from '../../shared/errors.ts';
import type { ClientEnv, EntryRequest } from './client-format.ts';
import { buildImportPlan, type PlannedRow } from './import-plan.ts';
import { isOwnEntry } from './own-entry.ts';
import { PlanStore } from './plan-store.ts';
import { readSources, sourcesDigest, type SourceInput } from './read-source.ts';

export interface ImportOptions {
  readonly env: ClientEnv;
  readonly now: () => number;
  readonly launcher: () => EntryRequest['launcher'];
  readonly catalog: {
    list(): readonly ServerEntry[];
    inputs(): readonly CatalogInput[];
    /** All or none, with the inputs that they ask for. */
    addMany(entries: ServerEntry[], inputs: readonly CatalogInput[]): Promise<ServerEntry[]>;
  };
  readonly secrets: {
    set(name: string, value: string, origin: 'entry'): Promise<unknown>;
    has(name: string): boolean;
    /** Takes back what was stored when the import fails half way. */
    remove(name: string): Promise<unknown>;
  };
}

interface StoredImport {
  readonly input: SourceInput;
  readonly digest: string;
  readonly catalog: string;
  readonly rows: readonly PlannedRow[];
}

export class ServerImport {
  readonly #options: ImportOptions;
  readonly #plans: PlanStore<StoredImport>;

  constructor(options: ImportOptions) {
    this.#options = options;
    this.#plans = new PlanStore(options.now);
  }

  /**
   * Reads the sources of `input` (every known client's files without one) and plans their import.
   * Throws CLIENT_UNKNOWN, FILE_NOT_READABLE, INPUT_INVALID for a folder that is not absolute.
   */
  async plan(input: SourceInput): Promise<ImportPlan> {
    if (input.projectDir !== undefined && !isAbsolute(input.projectDir)) {
      throw new PortolanError('INPUT_INVALID', `${input.projectDir} is not an absolute path.`, {
        hint: 'Name the folder from the root.',
      });
    }
    const { env, catalog, secrets, launcher } = this.#options;
    const sources = await readSources(input, env);
    const existing = catalog.list();
    const { rows, results } = buildImportPlan(
      sources,
      existing,
      (name) => secrets.has(name),
      (server) => isOwnEntry(server, launcher()),
      catalog.inputs(),
    );
    const planId = this.#plans.put({ input, digest: sourcesDigest(sources), catalog: JSON.stringify(existing), rows });
    return { planId, rows: rows.map((planned) => planned.row), results: [...results] };
  }

  /**
   * Applies a plan, or the rows of it called `keys`: secrets first, then all entries in one step. When the keychain
   * refuses, nothing is added. Throws NOT_FOUND (plan ended), FILE_CHANGED (a source or the catalog changed since),
   * KEYCHAIN_* and what the catalog throws.
   */
  async apply(input: { planId: string; keys?: readonly string[] | undefined }): Promise<ImportDone> {
    const plan = this.#plans.get(input.planId);
    await this.#refuseStale(plan);
    const chosen = plan.rows.filter(({ row }) => input.keys?.includes(row.key) ?? true);
    const added = chosen.flatMap(({ entry }) => (entry === undefined ? [] : [entry]));
    const secrets = chosen.flatMap((planned) => (planned.entry === undefined ? [] : [...planned.secrets]));
    await this.#store(
      secrets,
      added,
      chosen.flatMap(({ entry, inputs }) => (entry === undefined ? [] : inputs)),
    );
    this.#plans.delete(input.planId);
    return {
      added: added.map((entry) => entry.name),
      skipped: chosen.filter(({ entry }) => entry === undefined).map(skippedRow),
      secrets: secrets.map(([name]) => name),
      foreign: chosen.flatMap(({ row, entry }) => (entry !== undefined && isForeign(row) ? [entry.name] : [])),
    };
  }

  async #refuseStale(plan: StoredImport): Promise<void> {
    const { env, catalog } = this.#options;
    if (JSON.stringify(catalog.list()) !== plan.catalog) {
      throw new PortolanError('FILE_CHANGED', 'The catalog changed after this plan was made.', {
        hint: 'Show the new plan.',
      });
    }
    if (sourcesDigest(await readSources(plan.input, env)) !== plan.digest) {
      throw new PortolanError('FILE_CHANGED', 'A file changed after this plan was made.', {
        hint: 'Show the new plan.',
      });
    }
  }

  async #store(
    secrets: readonly (readonly [string, string])[],
    entries: ServerEntry[],
    inputs: readonly CatalogInput[],
  ): Promise<void> {
    const stored: string[] = [];
    try {
      for (const [name, value] of secrets) {
        await this.#options.secrets.set(name, value, 'entry');
        stored.push(name);
      }
      if (entries.length > 0) await this.#options.catalog.addMany(entries, inputs);
    } catch (error) {
      for (const name of stored) await this.#options.secrets.remove(name).catch(() => undefined);
      throw error;
    }
  }
}

/** Found only in files that come with a project: somebody else may have written them. */
function isForeign({ foundIn }: PlannedRow['row']): boolean {
  return foundIn.every(({ scope }) => scope === 'project' || scope === 'workspace');
}

function skippedRow({ row }: PlannedRow): ImportDone['skipped'][number] {
  const code = row.action === 'same' ? 'DUPLICATE_NAME' : (row.warnings.at(-1)?.code ?? 'NOT_PORTABLE_SKIPPED');
  return { name: row.name, code, message: row.note ?? 'It cannot be held by the catalog.' };
}
