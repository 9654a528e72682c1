// How a question of a server reaches a person when the client cannot show it. Types only: it must not know windows.
import type { JsonObject } from '../base/json-object.ts';

/** Answers elicitation in Portolan's own window when the client cannot. */
export interface Human {
  /** True while a window or browser tab of Portolan is open. */
  isPresent(): boolean;
  /** Resolves with the bare ElicitResult; `cancel` when aborted. Never rejects. `params`: the elicitation's params as sent. */
  ask(
    question: {
      readonly server: string;
      readonly client: string;
      readonly tool?: string;
      readonly params: JsonObject;
    },
    signal: AbortSignal,
  ): Promise<{ action: 'accept' | 'decline' | 'cancel'; content?: JsonObject }>;
}
