// The log level of the legacy server's session, which is raised to the most talkative level that a request of the caller asks for and
// never lowered: what a request did not ask for is left out on the way. (MCP 2025-11-25, Logging; MCP 2026-07-28, `_meta` logLevel)
import { objectOf } from '../../base/json-object.ts';
import type { Frame } from '../../connections/frame.ts';
import { LOG_LEVELS } from '../modern-request-rules.ts';

export class LogLevel {
  readonly #setLevel: (level: string) => Promise<unknown>;
  #level: string | undefined;
  #raising: Promise<unknown> | undefined;

  /** `setLevel` sends `logging/setLevel`; it never rejects. */
  constructor(setLevel: (level: string) => Promise<unknown>) {
    this.#setLevel = setLevel;
  }

  /** Resolves when the server logs at this level; undefined when it already does. */
  raiseTo(level: string | undefined): Promise<unknown> | undefined {
    if (level !== undefined && (this.#level === undefined || rank(level) < rank(this.#level))) {
      this.#level = level;
      const raising = Promise.all([this.#raising, this.#setLevel(level)]).then(() => {
        if (this.#raising === raising) this.#raising = undefined;
      });
      this.#raising = raising;
    }
    return level === undefined ? undefined : this.#raising;
  }
}

/** True when somebody who asked for `level` wants this `notifications/message`. */
export function isLoud(notification: Frame, level: string): boolean {
  return rank(String(objectOf(notification.message['params'])?.['level'])) >= rank(level);
}

/** The higher, the more serious. */
function rank(level: string): number {
  return LOG_LEVELS.indexOf(level);
}
