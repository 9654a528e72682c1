// An answer of an authorization server’s endpoint as far as it can be read: whatever the status, and whatever came with it.
import { type JsonObject, objectOf, textOf } from '../base/json-object.ts';

export interface OAuthAnswer {
  readonly status: number;
  /** The body when it is a JSON object, whatever type it was sent with. */
  readonly body: JsonObject | undefined;
  /** `error` of the body. Some servers send it with a status of success. */
  readonly error: string | undefined;
  /** When the server says it is, epoch milliseconds. */
  readonly date: number | undefined;
}

/** Reads the whole answer. Never throws for what the body holds. */
export async function readAnswer(response: Response): Promise<OAuthAnswer> {
  const body = objectOf(parsed(await response.text()));
  const date = Date.parse(response.headers.get('date') ?? '');
  return {
    status: response.status,
    body,
    error: textOf(body?.['error']) || undefined,
    date: Number.isNaN(date) ? undefined : date,
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
