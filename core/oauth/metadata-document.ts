// One metadata document at one address. What answers otherwise than with a JSON object is told apart, so that the next place
// can be looked at.
import { PortolanError } from '../../shared/errors.ts';
import { type JsonObject, objectOf } from '../base/json-object.ts';
import type { GuardedFetch } from '../identity/guarded-fetch.ts';

/** `absent`: not there, or not JSON. `trouble`: it may be there, yet the server cannot say now. */
export type Fetched =
  | { readonly kind: 'document'; readonly document: JsonObject }
  | { readonly kind: 'absent' }
  | { readonly kind: 'trouble'; readonly error: PortolanError };

/** Fetches a document, redirects included. @throws PortolanError as the fetch does */
export async function fetchDocument(fetch: GuardedFetch, url: URL, signal?: AbortSignal): Promise<Fetched> {
  const response = await fetch(url, { headers: { accept: 'application/json' }, redirect: 'follow', signal });
  if (response.status === 429 || response.status >= 500) return { kind: 'trouble', error: troubleOf(url, response) };
  if (response.status !== 200) return { kind: 'absent' };
  const document = objectOf(parse(await response.text()));
  return document === undefined ? { kind: 'absent' } : { kind: 'document', document };
}

/** The texts of a list, or undefined when there is no list. @throws PortolanError METADATA_INVALID when it holds anything else */
export function textsIn(document: JsonObject, field: string, whose: string): readonly string[] | undefined {
  const value = document[field];
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value) && value.every((item): item is string => typeof item === 'string')) return value;
  throw invalidMetadata(`${field} in ${whose} is not a list of texts.`);
}

export function invalidMetadata(message: string): PortolanError {
  return new PortolanError('METADATA_INVALID', message, {
    hint: 'Tell the operator of the server; "portolan doctor SERVER" shows what it says.',
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function troubleOf(url: URL, { status }: Response): PortolanError {
  return new PortolanError('HTTP_STATUS', `${url.hostname} answered with HTTP status ${String(status)}.`, {
    hint: 'Try again later; if it goes on, tell the operator of the server.',
    data: { host: url.hostname, status, sent: true },
  });
}
