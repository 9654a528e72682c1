// What a profile's client has said of itself: its dialect, and what follows from it for the members.
import type { Profile } from '../../../shared/model/profile.ts';
import { type JsonObject, objectOf, textOf } from '../../base/json-object.ts';
import { type Era, eraOf, META, metaOf } from '../../connections/era.ts';
import type { Frame } from '../../connections/frame.ts';
import { INITIALIZE } from '../handshake.ts';
import { budgetFor } from './offered-names.ts';

export class ClientFacts {
  era: Era = 'legacy';
  /** The client's `initialize`; absent until it has sent one. */
  initialize: Frame | undefined;
  /** What a modern client says of itself with each request, for requests of our own. */
  meta: JsonObject | undefined;

  /** Reads a request of the client. Once it has initialised itself it stays with that dialect. */
  note(frame: Frame): void {
    if (frame.method === INITIALIZE) {
      this.era = 'legacy';
      this.initialize = frame;
    } else if (this.initialize === undefined && eraOf(frame) === 'modern') {
      this.era = 'modern';
      const meta = metaOf(frame) ?? {};
      const own = [META.protocolVersion, META.clientInfo, META.clientCapabilities];
      this.meta = Object.fromEntries(own.filter((key) => meta[key] !== undefined).map((key) => [key, meta[key]]));
    }
  }

  get wantedVersion(): unknown {
    return this.#params?.['protocolVersion'];
  }

  /** The longest name that the client takes. What a modern client calls itself decides nothing. */
  budget({ nameBudget }: Profile): number {
    return budgetFor(textOf(objectOf(this.#params?.['clientInfo'])?.['name']) ?? '', nameBudget);
  }

  /** Equal for clients that a server may list the same to. */
  variant(): string {
    return this.era === 'modern'
      ? JSON.stringify(['modern', this.meta?.[META.protocolVersion], this.meta?.[META.clientCapabilities]])
      : JSON.stringify(['legacy', this.#params?.['protocolVersion'], this.#params?.['capabilities']]);
  }

  get #params(): JsonObject | undefined {
    return objectOf(this.initialize?.message['params']);
  }
}
