// What a person approved of each entry: the whole command or address, bound to its hash. An entry starts in that form and
// in no other, wherever the other form came from. It starts nothing and knows no secret: references stay references.
//
// The files that a command runs are bound to their content beside this, in executable-pins.ts.
import { createHash } from 'node:crypto';
import { PortolanError } from '../../shared/errors.ts';
import type { EntryApproval } from '../../shared/model/approval.ts';
import type { Endpoint, ServerEntry } from '../../shared/model/server-entry.ts';
import type { Clock } from '../base/clock.ts';
import type { StateDb } from '../base/state-db.ts';

/**
 * How an approval came about. `before`: the entry was there when approvals began. `added`: a person wrote it with the
 * command line or the form. `reviewed`: a person was shown it whole and said yes. `imported`: as a row of an import plan.
 */
export type ApprovalWay = 'before' | 'added' | 'reviewed' | 'imported';

type Approved = Pick<ServerEntry, 'name' | 'endpoint'>;

interface InForce {
  readonly digest: string;
  /** As JSON. */
  readonly endpoint: string;
}

export class EntryApprovals {
  readonly #db: StateDb['db'];
  readonly #clock: Pick<Clock, 'now'>;
  /** What is approved as soon as a change that is under way is done. */
  readonly #promised = new Map<string, InForce>();

  constructor(options: { readonly stateDb: Pick<StateDb, 'db'>; readonly clock: Pick<Clock, 'now'> }) {
    this.#db = options.stateDb.db;
    this.#clock = options.clock;
  }

  /** Approves what was in the catalog before there were approvals. Only the first call of a data directory does anything. */
  begin(entries: readonly Approved[]): void {
    const begun = this.#db
      .prepare('INSERT OR IGNORE INTO approvals_begun (only, begun_at) VALUES (1, ?)')
      .run(this.#now());
    if (begun.changes === 0) return;
    this.approveAll(entries, 'before');
  }

  /** What the entry is now against what was approved; changes nothing. */
  look({ name, endpoint }: Approved): EntryApproval {
    const hash = entryHash(endpoint);
    const row = this.#inForce(name);
    if (row === undefined) return { state: 'new', hash, endpoint };
    if (row.digest === hash) return { state: 'same', hash, endpoint };
    return { state: 'changed', hash, endpoint, approved: row.digest, before: JSON.parse(row.endpoint) as Endpoint };
  }

  /** Why the entry may not start or connect; undefined when it may. */
  holds(entry: Approved): PortolanError | undefined {
    const { state, hash, approved, before } = this.look(entry);
    if (state === 'same') return undefined;
    return new PortolanError('APPROVAL_NEEDED', heldBecause(entry, before), {
      hint: `Look at all of it and approve it: portolan approve ${entry.name}`,
      data: { entry: hash, approved: approved ?? null },
    });
  }

  /** The entry may start in this form, and in no other that was approved before. */
  approve({ name, endpoint }: Approved, way: ApprovalWay): void {
    this.withdraw(name);
    this.#db
      .prepare(
        `INSERT OR REPLACE INTO entry_approvals (server, digest, endpoint, way, approved_at, in_force)
         VALUES (?, ?, ?, ?, ?, 1)`,
      )
      .run(name, entryHash(endpoint), JSON.stringify(endpoint), way, this.#now());
  }

  /** The same for many: all or none, written to the disk once. */
  approveAll(entries: readonly Approved[], way: ApprovalWay): void {
    try {
      this.#db.exec('BEGIN IMMEDIATE');
      for (const entry of entries) this.approve(entry, way);
      this.#db.exec('COMMIT');
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      throw error;
    }
  }

  /**
   * Makes `change`, which brings the entry into the catalog in a form that a person has just written or seen: it is
   * approved before anything can ask for it. When `change` fails, what was approved before is so again, and nothing of the
   * refused entry was written: it may hold what the catalog refuses to hold.
   */
  async approving<T>(entry: Approved, way: ApprovalWay, change: () => Promise<T>): Promise<T> {
    const { name, endpoint } = entry;
    this.#promised.set(name, { digest: entryHash(endpoint), endpoint: JSON.stringify(endpoint) });
    try {
      const result = await change();
      this.approve(entry, way);
      return result;
    } finally {
      this.#promised.delete(name);
    }
  }

  /** The entry in its present form is approved. */
  isApproved(entry: Approved): boolean {
    return this.look(entry).state === 'same';
  }

  /** A step back to a form that was approved once is approved by that word; what never was stays held. */
  revive({ name, endpoint }: Approved): void {
    this.withdraw(name);
    this.#enforce(name, entryHash(endpoint));
  }

  /** Nothing under this name is approved any more; what was is remembered for a step back. */
  withdraw(name: string): void {
    this.#db.prepare('UPDATE entry_approvals SET in_force = 0 WHERE server = ?').run(name);
  }

  #enforce(name: string, digest: string): void {
    this.#db.prepare('UPDATE entry_approvals SET in_force = 1 WHERE server = ? AND digest = ?').run(name, digest);
  }

  #inForce(name: string): InForce | undefined {
    const promised = this.#promised.get(name);
    if (promised !== undefined) return promised;
    const row = this.#db
      .prepare('SELECT digest, endpoint FROM entry_approvals WHERE server = ? AND in_force = 1')
      .get(name);
    return row === undefined ? undefined : { digest: String(row['digest']), endpoint: String(row['endpoint']) };
  }

  #now(): string {
    return new Date(this.#clock.now()).toISOString();
  }
}

/**
 * SHA-256, in hex, of all that decides what an entry runs or contacts: command, arguments, folder and environment, or
 * type, address and headers, byte by byte. The order of environment and headers means nothing and does not count.
 */
export function entryHash(endpoint: Endpoint): string {
  const sorted = (values: Readonly<Record<string, string>>) =>
    Object.entries(values).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const facts =
    endpoint.type === 'stdio'
      ? ['stdio', endpoint.command, endpoint.args, sorted(endpoint.env), endpoint.cwd ?? null]
      : [endpoint.type, endpoint.url, sorted(endpoint.headers)];
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex');
}

function heldBecause({ name, endpoint }: Approved, before: Endpoint | undefined): string {
  if (before === undefined) return `${name} is held: nobody has approved it yet.`;
  if ((before.type === 'stdio') !== (endpoint.type === 'stdio')) {
    return endpoint.type === 'stdio'
      ? `${name} is held: it was an address and would now run a program on this computer.`
      : `${name} is held: it was a program and would now contact an address.`;
  }
  if (before.type !== 'stdio' && endpoint.type !== 'stdio' && hostOf(before.url) !== hostOf(endpoint.url)) {
    return `${name} is held: it would now contact another host than the one that was approved.`;
  }
  return `${name} is held: it is not what was approved any more.`;
}

/** What stands between `//` and the next slash; a reference in it is part of the name. */
function hostOf(url: string): string {
  return /^[^/]*\/\/([^/?#]*)/.exec(url)?.[1]?.toLowerCase() ?? url;
}
