// The questions that are put to a legacy client as requests of its server, and its answers.
// (MCP 2025-11-25, Sampling, Elicitation, Roots)
import { exactIdKey, type Frame, parseFrame } from '../../connections/frame.ts';

export class ClientQuestions {
  readonly #nextId: () => string;
  readonly #deliver: (frame: Frame, relatedTo: string) => void;
  readonly #waiting = new Map<string, (answer: Frame | undefined) => void>();

  constructor(nextId: () => string, deliver: (frame: Frame, relatedTo: string) => void) {
    this.#nextId = nextId;
    this.#deliver = deliver;
  }

  /**
   * Asks the client; resolves with its answer, an error included, or with undefined when `signal` aborted: then the client has
   * been told to stop. `params`: JSON text. `relatedTo`: the client's request on whose behalf it is asked.
   */
  ask(method: string, params: Buffer | undefined, relatedTo: string, signal: AbortSignal): Promise<Frame | undefined> {
    if (signal.aborted) return Promise.resolve(undefined);
    const id = this.#nextId();
    return new Promise((resolve) => {
      const stop = (): void => {
        this.#waiting.delete(exactIdKey(id));
        const text = `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":${id}}}`;
        this.#deliver(parseFrame(Buffer.from(text), 'server'), relatedTo);
        resolve(undefined);
      };
      signal.addEventListener('abort', stop, { once: true });
      this.#waiting.set(exactIdKey(id), (answer) => {
        signal.removeEventListener('abort', stop);
        resolve(answer);
      });
      const text = `{"jsonrpc":"2.0","id":${id},"method":${JSON.stringify(method)}`;
      const end = params === undefined ? '}' : `,"params":${params.toString('utf8')}}`;
      this.#deliver(parseFrame(Buffer.from(text + end), 'server'), relatedTo);
    });
  }

  /** Takes the client's answer; one that nobody waits for is dropped. */
  answered(answer: Frame): void {
    const key = exactIdKey(answer.id ?? '');
    const resolve = this.#waiting.get(key);
    this.#waiting.delete(key);
    resolve?.(answer);
  }
}
