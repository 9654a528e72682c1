// What a server sends to one client: answers go to the request that waits for them, questions and notifications to the client,
// with the request they belong to where that can be told. It must not know the connection they came over.
import { assertNever } from '../../shared/assert-never.ts';
import { objectOf } from '../base/json-object.ts';
import type { Frame } from '../connections/frame.ts';
import { isUsableId, valueKey, withId } from '../connections/request-id.ts';
import type { Exchanges } from './exchanges.ts';
import { rpcErrorFrame } from './rpc-errors.ts';
import { ServerRequests } from './server-requests.ts';
import { cancelledFrame, refusedQuestion } from './session-errors.ts';

export interface ServerMessagesOptions {
  readonly exchanges: () => Exchanges;
  /** Whether servers may ask this client anything: modern MCP has no requests of servers, and no responses to them. */
  readonly mayAsk: () => boolean;
  /** `relatedTo`: id (source text) of the client's request that the message belongs to, where it is known. */
  readonly toClient: (frame: Frame, relatedTo?: string) => void;
  readonly toServer: (frame: Frame) => void;
  readonly onToolsChanged: () => void;
}

export class ServerMessages {
  readonly #options: ServerMessagesOptions;
  readonly #questions = new ServerRequests();
  #dropped = 0;

  constructor(options: ServerMessagesOptions) {
    this.#options = options;
  }

  /** Messages that had no place to go: answers that nobody waits for, and the like. */
  get dropped(): number {
    return this.#dropped;
  }

  /** True while the server waits for the client. */
  get isAsking(): boolean {
    return this.#questions.size > 0;
  }

  receive(frame: Frame, relatedTo: string | undefined): void {
    switch (frame.kind) {
      case 'response':
        this.#answer(frame);
        return;
      case 'request': {
        const { id = '' } = frame;
        const { mayAsk, toClient, toServer } = this.#options;
        if (!mayAsk()) this.#dropped++;
        else if (this.#questions.ask(id)) toClient(frame, relatedTo ?? this.#onlyRequest());
        else toServer(rpcErrorFrame(id, refusedQuestion()));
        return;
      }
      case 'notification':
        this.#notification(frame, relatedTo);
        return;
      default:
        assertNever(frame.kind);
    }
  }

  /** The client's answer to a question, in the server's spelling of its id; undefined (and dropped) when nothing waits for it. */
  answerOf(frame: Frame): Frame | undefined {
    const asked = isUsableId(frame.id) ? this.#questions.answer(frame.id) : undefined;
    if (asked === undefined) this.#dropped++;
    return asked === undefined ? undefined : withId(frame, asked);
  }

  /** The server is lost: its questions are taken back. */
  lost(): void {
    for (const id of this.#questions.orphanAll()) {
      this.#options.toClient(cancelledFrame(id, 'The server was lost.'));
    }
  }

  #answer(frame: Frame): void {
    // The answer to a message that the server could not read: nobody can take it for his own.
    if (!isUsableId(frame.id)) {
      this.#options.toClient(frame);
      return;
    }
    const exchanges = this.#options.exchanges();
    const entry = exchanges.inFlight.answeredBy(frame.id);
    if (entry === undefined) this.#dropped++;
    else exchanges.end(entry, { kind: 'answered', frame });
  }

  #notification(frame: Frame, relatedTo: string | undefined): void {
    const { exchanges, onToolsChanged, toClient } = this.#options;
    const params = objectOf(frame.message['params']);
    let owner = relatedTo;
    switch (frame.method) {
      case 'notifications/progress': {
        const token = valueKey(params?.['progressToken']);
        if (token === undefined) break;
        if (exchanges().inFlight.isSilenced(token)) {
          this.#dropped++;
          return;
        }
        owner ??= exchanges().progress(token);
        break;
      }
      case 'notifications/message':
        owner ??= this.#onlyRequest();
        break;
      case 'notifications/cancelled': {
        const key = valueKey(params?.['requestId']);
        if (key !== undefined) this.#questions.cancel(key);
        break;
      }
      case 'notifications/tools/list_changed':
        onToolsChanged();
        break;
      default:
    }
    toClient(frame, owner);
  }

  /** The one request that is under way: without a word of the transport, what the server says can belong to no other. */
  #onlyRequest(): string | undefined {
    const waiting = this.#options.exchanges().inFlight.working();
    return waiting.length === 1 ? waiting[0]?.exchange.id : undefined;
  }
}
