// Follows the files that hold entries of Portolan's and tells what others changed in them: once at the start, after every
// change of such a file, and when asked. It never changes a file by itself.
import { isDeepStrictEqual } from 'node:util';
import type { Drift } from '../../shared/model/client-sync.ts';
import { type FileWatch, watchFile } from '../base/file-watch.ts';
import type { Logger } from '../base/logger.ts';
import type { ClientSync } from './client-sync.ts';

/** The first look waits until a host that has just started has answered whoever started it. */
const FIRST_LOOK_MS = 1_000;

export interface DriftWatchOptions {
  readonly sync: Pick<ClientSync, 'drift' | 'watchedPaths' | 'recover' | 'onChange'>;
  readonly logger: Logger;
  readonly onDrift: (drift: readonly Drift[]) => void;
}

export class DriftWatch {
  readonly #options: DriftWatchOptions;
  readonly #watches = new Map<string, FileWatch>();
  #drift: readonly Drift[] = [];
  #isClosed = false;
  #first: NodeJS.Timeout | undefined;
  /** A look that has not begun yet: however many changes ask for one, there is one. */
  #next: Promise<readonly Drift[]> | undefined;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(options: DriftWatchOptions) {
    this.#options = options;
    options.sync.onChange(() => void this.check());
  }

  /** What the last look found. */
  get drift(): readonly Drift[] {
    return this.#drift;
  }

  /** Finishes what a crash left half done; a moment later looks, and follows the files from then on. Never rejects. */
  async start(): Promise<void> {
    const { sync, logger } = this.#options;
    await sync.recover().catch((error: unknown) => {
      logger.warn('an export that was interrupted cannot be finished', { error });
    });
    if (!this.#isClosed) this.#first = setTimeout(() => void this.check(), FIRST_LOOK_MS).unref();
  }

  /** Looks now, or soon after the look that is under way. Never rejects. */
  check(): Promise<readonly Drift[]> {
    this.#next ??= this.#tail.then(() => {
      this.#next = undefined;
      return this.#look();
    });
    this.#tail = this.#next;
    return this.#next;
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#first);
    for (const watch of this.#watches.values()) watch.close();
    this.#watches.clear();
  }

  async #look(): Promise<readonly Drift[]> {
    const { sync, logger, onDrift } = this.#options;
    if (this.#isClosed) return this.#drift;
    try {
      this.#follow(await sync.watchedPaths());
      const found = await sync.drift();
      const isNews = !isDeepStrictEqual(found, this.#drift);
      this.#drift = found;
      if (isNews && !this.#isClosed) onDrift(found);
    } catch (error) {
      logger.warn('the files of other clients cannot be compared', { error });
    }
    return this.#drift;
  }

  #follow(paths: readonly string[]): void {
    if (this.#isClosed) return;
    for (const [path, watch] of this.#watches) {
      if (paths.includes(path)) continue;
      watch.close();
      this.#watches.delete(path);
    }
    for (const path of paths) {
      if (!this.#watches.has(path))
        this.#watches.set(
          path,
          watchFile(path, () => void this.check()),
        );
    }
  }
}
