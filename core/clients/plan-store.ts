// Plans that wait for a person's word. Each ends after ten minutes, and only the latest few are kept, since they may
// hold secrets of the files they were made from.
import { randomUUID } from 'node:crypto';
import { PortolanError } from '../../shared/errors.ts';

const LIFETIME_MS = 600_000;
const MAX_PLANS = 16;

export class PlanStore<Plan> {
  readonly #plans = new Map<string, { plan: Plan; endsAt: number }>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Keeps `plan` and gives back its id. */
  put(plan: Plan): string {
    const id = randomUUID();
    this.#plans.set(id, { plan, endsAt: this.#now() + LIFETIME_MS });
    for (const [old, { endsAt }] of this.#plans) {
      if (this.#plans.size > MAX_PLANS || endsAt <= this.#now()) this.#plans.delete(old);
    }
    return id;
  }

  /** The plan called `id`. Throws NOT_FOUND when there is none, or it has ended. */
  get(id: string): Plan {
    const found = this.#plans.get(id);
    if (found !== undefined && found.endsAt > this.#now()) return found.plan;
    throw new PortolanError('NOT_FOUND', 'This plan has ended.', { hint: 'Make a new one and look at it again.' });
  }

  delete(id: string): void {
    this.#plans.delete(id);
  }
}
