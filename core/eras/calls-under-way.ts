// Which tools are being called on one connection, so that a question can name the tool that asks.
import { objectOf, textOf } from '../base/json-object.ts';
import { exactIdKey, type Frame } from '../connections/frame.ts';
import { isUsableId, valueKey } from '../connections/request-id.ts';

export class CallsUnderWay {
  readonly #tools = new Map<string, string>();

  /** Notes a call, or that one is taken back. */
  fromClient(frame: Frame): void {
    const params = objectOf(frame.message['params']);
    const tool = frame.method === 'tools/call' ? textOf(params?.['name']) : undefined;
    if (tool !== undefined && frame.id !== undefined) this.#tools.set(exactIdKey(frame.id), tool);
    if (frame.method === 'notifications/cancelled') this.#tools.delete(valueKey(params?.['requestId']) ?? '');
  }

  /** Notes that a call is answered. */
  fromServer(frame: Frame): void {
    if (frame.kind === 'response' && isUsableId(frame.id)) this.ended(frame.id);
  }

  /** The request with this id (source text) is over. */
  ended(id: string): void {
    this.#tools.delete(exactIdKey(id));
  }

  /** The tool of the request with this id (source text), or the only one that is being called. */
  toolOf(relatedTo: string | undefined): string | undefined {
    if (relatedTo !== undefined) return this.#tools.get(exactIdKey(relatedTo));
    return this.#tools.size === 1 ? [...this.#tools.values()][0] : undefined;
  }
}
