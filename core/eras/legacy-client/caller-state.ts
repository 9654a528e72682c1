// What a legacy client said once and a modern server wants to hear with every request.
import { type JsonObject, objectOf } from '../../base/json-object.ts';
import { MODERN_VERSIONS } from '../../connections/era.ts';
import { type Frame, parseFrame } from '../../connections/frame.ts';
import { declaredModes, type ElicitationMode } from '../elicitation.ts';
import type { Human } from '../human.ts';
import { toModernClient } from './capability-map.ts';
import { type Envelope, ownMeta } from './envelope.ts';

const MODES: readonly ElicitationMode[] = ['form', 'url'];

export class CallerState {
  readonly #human: Human | undefined;
  /** The modern version that is spoken with the server. */
  version = MODERN_VERSIONS[0] ?? '';
  /** As set by `logging/setLevel`. */
  logLevel: string | undefined;
  #declared: JsonObject = {};
  #clientInfo: JsonObject | undefined;

  constructor(human: Human | undefined) {
    this.#human = human;
  }

  /** The capabilities that the client itself declared. */
  get declared(): JsonObject {
    return this.#declared;
  }

  noteInitialize(initialize: Frame): void {
    const params = objectOf(initialize.message['params']);
    this.#declared = objectOf(params?.['capabilities']) ?? {};
    this.#clientInfo = objectOf(params?.['clientInfo']);
  }

  /** What a request carries now: with elicitation in every mode while a person is there to answer. */
  envelope(keepBaggage: boolean): Envelope {
    const declared = declaredModes(this.#declared);
    const added = this.#human?.isPresent() === true ? MODES.filter((mode) => !declared.has(mode)) : [];
    return {
      version: this.version,
      capabilities: toModernClient(this.#declared, added),
      clientInfo: this.#clientInfo,
      logLevel: this.logLevel,
      keepBaggage,
    };
  }

  /** A request of our own on the client's behalf; `id`: source text. */
  request(id: string, method: string, params: object, version = this.version): Frame {
    const _meta = ownMeta({ ...this.envelope(false), version, logLevel: undefined });
    const text = JSON.stringify({ method, params: { _meta, ...params } });
    return parseFrame(Buffer.from(`{"jsonrpc":"2.0","id":${id},${text.slice(1)}`), 'server');
  }
}
