// The names of items in the keychain and the form of what is in them. They outlive versions: never change what is read.
//
// service   Portolan (<16 hex of sha256 of the data directory>): a copied profile finds nothing
// account   v1/<name>                         the secret itself, or the header of its chunks
//           v1/<name>/<generation>/<index>    one chunk
//           v1                                the canary of the probe
//           v1-mark                           by which the place is known again
//           v1-note/<name>                    a text of Portolan's own, in no list and no secret
// <name> is percent-encoded, so it holds no slash. A name that begins with ~ is the key of a token of Portolan's own.
import { createHash } from 'node:crypto';

const VERSION = 'v1';

/** Windows holds 2,560 bytes in one credential; what is longer is split. */
export const MAX_ITEM_BYTES = 2_000;
export const CANARY_ACCOUNT = VERSION;
export const MARK_ACCOUNT = `${VERSION}-mark`;

/** What an item under a secret's own account holds. */
export type ItemContent =
  | { readonly kind: 'value'; readonly value: string }
  | { readonly kind: 'chunks'; readonly generation: string; readonly chunks: number; readonly sha256: string };

export type ItemName =
  | { readonly kind: 'canary' }
  | { readonly kind: 'secret'; readonly name: string }
  | { readonly kind: 'chunk'; readonly name: string; readonly generation: string; readonly index: number };

export function serviceName(dataDir: string): string {
  return `Portolan (${createHash('sha256').update(dataDir).digest('hex').slice(0, 16)})`;
}

/** The name under which a token is kept: no secret of a person can have it. */
export function tokenName(key: string): string {
  return `~${key}`;
}

/** Undefined when `name` is a secret of a person. */
export function tokenKeyOf(name: string): string | undefined {
  return name.startsWith('~') ? name.slice(1) : undefined;
}

export function noteAccount(name: string): string {
  return `${VERSION}-note/${name}`;
}

export function secretAccount(name: string): string {
  return `${VERSION}/${encodeURIComponent(name)}`;
}

export function chunkAccount(name: string, generation: string, index: number): string {
  return `${secretAccount(name)}/${generation}/${index}`;
}

/** Undefined for an account that is not ours or of a later version. */
export function parseAccount(account: string): ItemName | undefined {
  if (account === CANARY_ACCOUNT) return { kind: 'canary' };
  const parts = /^v1\/([^/]+)(?:\/([0-9a-f]{8})\/(0|[1-9]\d{0,5}))?$/.exec(account);
  if (parts === null) return undefined;
  const [, encoded = '', generation, index] = parts;
  try {
    const name = decodeURIComponent(encoded);
    return generation === undefined
      ? { kind: 'secret', name }
      : { kind: 'chunk', name, generation, index: Number(index) };
  } catch {
    return undefined;
  }
}

export function formatContent(content: ItemContent): string {
  if (content.kind === 'value') return `=${content.value}`;
  return `#${content.generation} ${content.chunks} ${content.sha256}`;
}

/** Undefined for what this version did not write. */
export function parseContent(text: string): ItemContent | undefined {
  if (text.startsWith('=')) return { kind: 'value', value: text.slice(1) };
  const parts = /^#([0-9a-f]{8}) ([1-9]\d{0,5}) ([0-9a-f]{64})$/.exec(text);
  if (parts === null) return undefined;
  const [, generation = '', chunks, sha256 = ''] = parts;
  return { kind: 'chunks', generation, chunks: Number(chunks), sha256 };
}

/** Pieces of at most `maxBytes` of UTF-8, never cut inside a character. */
export function splitValue(value: string, maxBytes: number): string[] {
  const bytes = Buffer.from(value);
  const pieces: string[] = [];
  for (let start = 0; start < bytes.length; ) {
    let end = Math.min(start + maxBytes, bytes.length);
    // 10xxxxxx is the inside of a character.
    while (end < bytes.length && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
    pieces.push(bytes.toString('utf8', start, end));
    start = end;
  }
  return pieces;
}
