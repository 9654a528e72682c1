// The `requestState` that the bridge mints: opaque to the caller, who gives it back with the answers to a server's questions. It is
// sealed, and holds only for one principal, one request and a limited time. (MCP 2026-07-28, MRTR, "Security Considerations")
import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { type JsonObject, objectOf } from '../../base/json-object.ts';
import type { Frame } from '../../connections/frame.ts';

const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;
/** Longest state that is looked at: ours are far shorter. */
const MAX_CHARACTERS = 2_048;

/** What a state says. `handle` names the round that waits; `expires` is in milliseconds since 1970 UTC. */
interface State {
  readonly handle: string;
  readonly expires: number;
}

export class RequestStates {
  readonly #key: Buffer;
  readonly #principal: string;

  /** `stateKey`: the host's secret; `principal`: for whom states are minted and from whom alone they are taken. */
  constructor(stateKey: Buffer, principal: string) {
    this.#key = Buffer.from(hkdfSync('sha256', stateKey, '', 'portolan requestState', 32));
    this.#principal = principal;
  }

  /** A state for the request with this digest. */
  seal({ handle, expires }: State, digest: string): string {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(CIPHER, this.#key, iv).setAAD(this.#boundTo(digest));
    const sealed = Buffer.concat([cipher.update(JSON.stringify([handle, expires])), cipher.final()]);
    return Buffer.concat([iv, sealed, cipher.getAuthTag()]).toString('base64url');
  }

  /** What a state says; undefined when it was changed, minted elsewhere, or is for another principal or request. */
  open(text: string, digest: string): State | undefined {
    const bytes = Buffer.from(text.slice(0, MAX_CHARACTERS), 'base64url');
    if (bytes.length < IV_BYTES + TAG_BYTES || bytes.toString('base64url') !== text) return undefined;
    const decipher = createDecipheriv(CIPHER, this.#key, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES })
      .setAAD(this.#boundTo(digest))
      .setAuthTag(bytes.subarray(-TAG_BYTES));
    try {
      const text = Buffer.concat([decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]);
      const [handle, expires] = JSON.parse(text.toString()) as [string, number];
      return { handle, expires };
    } catch {
      return undefined;
    }
  }

  #boundTo(digest: string): Buffer {
    return Buffer.from(JSON.stringify([this.#principal, digest]));
  }
}

/** What a first request and its retries have in common: the method and the params without `_meta` and the members of the round trip. */
export function requestDigest({ message, method }: Frame): string {
  const {
    _meta,
    inputResponses: _inputResponses,
    requestState: _requestState,
    ...params
  } = objectOf(message['params']) ?? {};
  return createHash('sha256')
    .update(JSON.stringify([method, sorted(params)]))
    .digest('base64url');
}

/** Clients may write the members of a retry in another order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  const object: JsonObject | undefined = objectOf(value);
  if (object === undefined) return value;
  const members = Object.entries(object).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([key, member]) => [key, sorted(member)]));
}
