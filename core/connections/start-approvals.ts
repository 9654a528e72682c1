// What a person approved of a server: its entry whole, and the files its command comes down to. Asked before every start.
import { createHash } from 'node:crypto';
import { PortolanError } from '../../shared/errors.ts';
import type { Approval } from '../../shared/model/approval.ts';
import type { ServerEntry } from '../../shared/model/server-entry.ts';
import type { ResolvedServer } from '../catalog/resolve.ts';
import { commandRisks } from '../policy/command-risks.ts';
import type { EntryApprovals } from '../policy/entry-approvals.ts';
import { digestOf, type ExecutablePins, type ProgramStart } from '../policy/executable-pins.ts';
import { programFiles } from '../policy/program-files.ts';
import { planStart, type StartPlan } from './start-plan.ts';

export interface StartApprovalsOptions {
  readonly entries: Pick<EntryApprovals, 'holds' | 'look' | 'approve'>;
  readonly pins: ExecutablePins;
  readonly resolve: (entry: ServerEntry) => Promise<ResolvedServer>;
  readonly hostEnv: NodeJS.ProcessEnv;
  readonly path: () => Promise<string | undefined>;
}

export class StartApprovals {
  readonly #options: StartApprovalsOptions;

  constructor(options: StartApprovalsOptions) {
    this.#options = options;
  }

  /** Why an enabled entry may not start or connect; undefined when it may as far as its entry tells. */
  holds(entry: ServerEntry | undefined): PortolanError | undefined {
    return entry?.options.enabled === true ? this.#options.entries.holds(entry) : undefined;
  }

  /** Lets an entry through that a person approved. @throws PortolanError APPROVAL_NEEDED */
  checkEntry(entry: ServerEntry): void {
    const held = this.#options.entries.holds(entry);
    if (held !== undefined) throw held;
  }

  /** Lets the files of a start through. @throws PortolanError APPROVAL_NEEDED, DATA_DIR_UNUSABLE */
  async checkFiles(entry: ServerEntry, args: readonly string[], plan: StartPlan): Promise<void> {
    await this.#options.pins.check(programStart(entry, args, plan));
  }

  /**
   * The entry and its files now against what was approved. Nothing is started. An entry that nobody approved yet is told
   * without files when its program is not there.
   * @throws PortolanError SPAWN_* and what resolving the entry throws, for an entry that is approved
   */
  async look(entry: ServerEntry): Promise<Approval> {
    const shown = this.#options.entries.look(entry);
    const start = await this.#programOf(entry, shown.state === 'same');
    const files = start === undefined ? [] : await this.#options.pins.look(start);
    return {
      name: entry.name,
      needed: shown.state !== 'same' || files.some(({ state }) => state === 'changed'),
      digest: createHash('sha256').update(shown.hash).update(digestOf(files)).digest('hex'),
      entry: shown,
      risks: commandRisks(entry.endpoint),
      files,
    };
  }

  /**
   * Approves what the person was shown.
   * @param digest of the `Approval` that was shown
   * @throws PortolanError FILE_CHANGED when the entry or a file is another one by now; as `look`
   */
  async approve(entry: ServerEntry, digest: string): Promise<Approval> {
    const now = await this.look(entry);
    if (now.digest !== digest) {
      throw new PortolanError('FILE_CHANGED', 'What it runs changed after it was shown; nothing was approved.', {
        hint: 'Look at it once more before you approve it.',
      });
    }
    const start = now.files.length === 0 ? undefined : await this.#programOf(entry, true);
    if (start !== undefined) await this.#options.pins.approve(start, digestOf(now.files));
    if (now.entry.state !== 'same') this.#options.entries.approve(entry, 'reviewed');
    return { ...now, needed: false };
  }

  async #programOf(entry: ServerEntry, mustBeFound: boolean): Promise<ProgramStart | undefined> {
    if (entry.endpoint.type !== 'stdio') return undefined;
    try {
      const { endpoint } = await this.#options.resolve(entry);
      if (endpoint.type !== 'stdio') return undefined;
      const plan = planStart(endpoint, {
        hostEnv: this.#options.hostEnv,
        path: await this.#options.path(),
        marker: '',
      });
      return programStart(entry, endpoint.args, plan);
    } catch (error) {
      if (mustBeFound) throw error;
      return undefined;
    }
  }
}

function programStart(entry: ServerEntry, args: readonly string[], { file, cwd }: StartPlan): ProgramStart {
  if (entry.endpoint.type !== 'stdio') throw new PortolanError('INTERNAL', 'A remote server has no program.');
  return { server: entry.name, endpoint: entry.endpoint, files: programFiles(file, args, cwd) };
}
