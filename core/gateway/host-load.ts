// How much this host has under way, of all sessions: beyond a bound it takes no more, says so, and goes on working. Each session
// has a smaller bound of its own (in-flight.ts).
import { PortolanError } from '../../shared/errors.ts';

const MAX_REQUESTS = 4_096;
const MAX_BYTES = 512 * 1024 * 1024;

/** One for the whole host. Bytes: requests that wait for their answer, and answers that no client has read yet. */
export class HostLoad {
  readonly #limits: { readonly requests: number; readonly bytes: number };
  #requests = 0;
  #bytes = 0;

  constructor(limits = { requests: MAX_REQUESTS, bytes: MAX_BYTES }) {
    this.#limits = limits;
  }

  get requests(): number {
    return this.#requests;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Why a request of this many bytes cannot be taken in now: SERVER_BUSY; undefined when it can. */
  refusal(bytes: number): PortolanError | undefined {
    const { requests, bytes: most } = this.#limits;
    if (this.#requests >= requests) {
      return new PortolanError(
        'SERVER_BUSY',
        `Portolan has ${requests} requests of all clients under way and takes no more.`,
        {
          hint: 'Wait for running calls to finish, then try again.',
          data: { sent: false, requests: this.#requests },
        },
      );
    }
    if (this.#bytes + bytes <= most) return undefined;
    const megabytes = Math.round(most / 1_048_576);
    return new PortolanError(
      'SERVER_BUSY',
      `Messages of all clients fill the ${megabytes} MiB that Portolan keeps for them.`,
      {
        hint: 'Wait for running calls to finish, or ask for less at once.',
        data: { sent: false, bytes: this.#bytes },
      },
    );
  }

  /** A request is under way. */
  began(bytes: number): void {
    this.#requests++;
    this.#bytes += bytes;
  }

  /** It is no more. */
  ended(bytes: number): void {
    this.#requests--;
    this.#bytes -= bytes;
  }

  /** So many more bytes wait for a client to read them; negative when it has. */
  unread(bytes: number): void {
    this.#bytes += bytes;
  }
}
