// Whoever answers a server's questions in Portolan's own window when the client cannot. Types and one small step to JSON; it
// must not know windows.
import type { JsonObject } from '../base/json-object.ts';

export interface HumanQuestion {
  /** Catalog name of the server that asks. */
  readonly server: string;
  /** Name that the client gave. */
  readonly client: string;
  /** Tool whose call waits, where it is known. */
  readonly tool?: string;
  /** The elicitation's params as sent. */
  readonly params: JsonObject;
}

/** A bare ElicitResult. (MCP, Elicitation) */
export interface HumanAnswer {
  readonly action: 'accept' | 'decline' | 'cancel';
  readonly content?: JsonObject;
}

/** Answers elicitation in Portolan's own window when the client cannot. */
export interface Human {
  /** True while a window or browser tab of Portolan is open. */
  isPresent(): boolean;
  /** Resolves with the bare ElicitResult; `cancel` when aborted. Never rejects. */
  ask(question: HumanQuestion, signal: AbortSignal): Promise<HumanAnswer>;
}

/** The answer as JSON text. */
export function elicitResult({ action, content }: HumanAnswer): string {
  return JSON.stringify(action === 'accept' && content !== undefined ? { action, content } : { action });
}
