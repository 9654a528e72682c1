// Portable catalog files: written from the catalog, and merged into it on a person's word, in one step that can be undone.
import { PortolanError } from '../../shared/errors.ts';
import type { CatalogInput, InputStatus } from '../../shared/model/catalog-input.ts';
import type { Identity } from '../../shared/model/identity.ts';
import type { MergeChoice, MergeDone, MergePlan, MergeRow, PortableText } from '../../shared/model/portable.ts';
import type { Profile } from '../../shared/model/profile.ts';
import type { ServerEntry } from '../../shared/model/server-entry.ts';
import { PlanStore } from '../clients/plan-store.ts';
import { readBounded } from '../clients/read-source.ts';
import { allOf, type CatalogEdit } from './catalog-edits.ts';
import { writeMcpJson } from './mcp-json.ts';
import { mergeEdits, missingValues } from './merge-edits.ts';
import { mergeRows } from './merge-plan.ts';
import { type PortableContent, type PortableFile, readPortable, writePortable } from './portable-file.ts';
import { askedInputs } from './secret-inputs.ts';

export interface PortableOptions {
  readonly now: () => number;
  readonly catalog: {
    list(): readonly ServerEntry[];
    /** Every name in the file, entries that cannot be used included. */
    names(): readonly string[];
    profiles(): readonly Profile[];
    identities(): readonly Identity[];
    inputs(): readonly CatalogInput[];
    change(what: string, edit: CatalogEdit): Promise<void>;
  };
  readonly inputs: { list(): InputStatus[] };
}

export interface PortableChoice {
  /** Without servers and profile: the whole catalog. */
  readonly servers?: readonly string[] | undefined;
  readonly profile?: string | undefined;
}

interface StoredMerge {
  readonly content: PortableContent;
  readonly rows: readonly MergeRow[];
  readonly catalog: string;
}

export class PortableCatalog {
  readonly #options: PortableOptions;
  readonly #plans: PlanStore<StoredMerge>;

  constructor(options: PortableOptions) {
    this.#options = options;
    this.#plans = new PlanStore(options.now);
  }

  /**
   * The text of a portable file, or of the draft `mcp.json` (SEP-2633). Throws SERVER_NOT_FOUND, PROFILE_NOT_FOUND, and
   * EXPORT_REFUSED with the place of a literal secret.
   */
  write(choice: PortableChoice, format: 'portolan' | 'mcp-json'): PortableText {
    const content = this.#chosen(choice);
    if (format === 'mcp-json') return writeMcpJson(content.servers);
    const text = writePortable(content);
    const inputs = readPortable(text)?.content.inputs ?? [];
    return {
      text,
      servers: content.servers.map(({ name }) => name),
      inputs: inputs.map(({ id }) => id),
      losses: [],
      refused: [],
    };
  }

  /** Plans merging a portable file; undefined for a text or file of another form. Throws CATALOG_*, FILE_NOT_READABLE. */
  async plan(input: { path?: string | undefined; text?: string | undefined }): Promise<MergePlan | undefined> {
    const text = input.text ?? (await textOf(input.path ?? ''));
    const read = readPortable(text);
    if (read === undefined) return undefined;
    return this.planContent(read);
  }

  /** Plans merging what was read from elsewhere, such as a link. */
  planContent(read: PortableFile): MergePlan {
    const { catalog, inputs } = this.#options;
    const known = inputs.list();
    const rows = mergeRows(
      {
        servers: catalog.list(),
        names: catalog.names(),
        profiles: catalog.profiles(),
        identities: catalog.identities(),
        inputs: catalog.inputs(),
        usedInputs: known.map(({ id }) => id),
      },
      read,
    );
    const planId = this.#plans.put({ content: read.content, rows, catalog: this.#digest() });
    const asked = new Set(askedInputs([read.content.servers, read.content.identities]));
    return { planId, rows, inputs: read.content.inputs.filter(({ id }) => asked.has(id)) };
  }

  /**
   * Carries out a plan in one change of the catalog. Throws NOT_FOUND (plan ended), FILE_CHANGED (the catalog changed
   * since), INPUT_INVALID (a choice that a row does not offer) and what the catalog throws.
   */
  async apply(input: {
    planId: string;
    choices: Readonly<Record<string, MergeChoice>>;
  }): Promise<Omit<MergeDone, 'held'>> {
    const { catalog, inputs } = this.#options;
    const { content, rows, catalog: before } = this.#plans.get(input.planId);
    if (before !== this.#digest()) {
      throw new PortolanError('FILE_CHANGED', 'The catalog changed after this plan was made.', {
        hint: 'Show the new plan.',
      });
    }
    const merge = mergeEdits(content, rows, input.choices, catalog.names());
    if (merge.edits.length > 0) await catalog.change('merge a catalog file', allOf(merge.edits));
    this.#plans.delete(input.planId);
    const known = inputs.list();
    const hasValue = (id: string) => known.some((one) => one.id === id && one.hasValue);
    return { ...merge.done, inputs: missingValues(merge.asked, catalog.inputs(), hasValue) };
  }

  #chosen({ servers, profile }: PortableChoice): PortableContent {
    const { catalog } = this.#options;
    const all = catalog.list();
    if (servers === undefined && profile === undefined) {
      return {
        servers: all,
        profiles: catalog.profiles(),
        identities: catalog.identities(),
        inputs: catalog.inputs(),
      };
    }
    const wanted = profile === undefined ? undefined : catalog.profiles().find(({ name }) => name === profile);
    if (profile !== undefined && wanted === undefined) {
      throw new PortolanError('PROFILE_NOT_FOUND', `there is no profile named ${JSON.stringify(profile)}`, {
        hint: '`portolan profile list` shows the names.',
      });
    }
    const chosen = [...new Set(servers ?? wanted?.servers ?? [])].map((name) => {
      const entry = all.find((one) => one.name === name);
      if (entry !== undefined) return entry;
      throw new PortolanError('SERVER_NOT_FOUND', `there is no server named ${JSON.stringify(name)} in the catalog`, {
        hint: '`portolan list` shows the names.',
      });
    });
    const identities = new Set(chosen.flatMap(({ options }) => options.auth?.identity ?? []));
    const parts = { servers: chosen, identities: catalog.identities().filter(({ name }) => identities.has(name)) };
    const asked = new Set(askedInputs(parts));
    const inputs = catalog.inputs().filter(({ id }) => asked.has(id));
    return { ...parts, profiles: wanted === undefined ? [] : [wanted], inputs };
  }

  #digest(): string {
    const { catalog } = this.#options;
    return JSON.stringify([
      catalog.list(),
      catalog.names(),
      catalog.profiles(),
      catalog.identities(),
      catalog.inputs(),
    ]);
  }
}

async function textOf(path: string): Promise<string> {
  const bytes = await readBounded(path);
  if (bytes !== undefined) return bytes.toString('utf8');
  throw new PortolanError('FILE_NOT_READABLE', `${path} cannot be read: it does not exist.`, {
    hint: 'Check the path.',
    data: { path },
  });
}
