// JSON documents of registries and cards: asked for with the ETag of the last answer, kept on disk, told with their age, and
// read from there when their host cannot be reached. Bounded in size, number and time.
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { PortolanError, toPortolanError } from '../../shared/errors.ts';
import type { Reason } from '../../shared/model/server-status.ts';
import { writeFileAtomic } from '../base/atomic-file.ts';
import type { Clock } from '../base/clock.ts';
import { type JsonObject, objectOf, textOf } from '../base/json-object.ts';
import type { GuardedFetch } from '../identity/guarded-fetch.ts';

const MAX_FILES = 500;
const MAX_AGE_S = 3_600;
/** With these the document is not there, or not for us: what was said earlier does not count. */
const FINAL = new Set(['NOT_FOUND', 'UNAUTHENTICATED', 'FORBIDDEN', 'URL_REFUSED', 'ADDRESS_BLOCKED']);

export interface CachedDocument {
  readonly value: unknown;
  /** Media type without parameters, in small letters. */
  readonly mediaType: string;
  readonly etag: string | undefined;
  /** RFC 3339: when its host said so. */
  readonly readAt: string;
  /** Why its host could not be asked: this is what it said last. */
  readonly offline?: Reason;
}

interface Kept {
  readonly url: string;
  readonly text: string;
  readonly mediaType: string;
  readonly etag: string | undefined;
  readonly readAt: number;
  /** Epoch milliseconds until which its host need not be asked. */
  readonly freshUntil: number;
}

export interface DocumentRequest {
  readonly url: URL;
  readonly fetch: GuardedFetch;
  readonly accept: string;
  /** Who is asked as whom: answers to one are not shown to another. Never the token. */
  readonly audience?: string;
  readonly token?: string | undefined;
  /** Ask its host even when the last answer is fresh. */
  readonly refresh?: boolean;
}

export class DocumentCache {
  readonly #dir: string;
  readonly #clock: Clock;

  /** `dir`: a folder of its own; made when something is kept. */
  constructor(options: { readonly dir: string; readonly clock: Clock }) {
    this.#dir = options.dir;
    this.#clock = options.clock;
  }

  /**
   * The document, from its host or as it was last.
   * @throws PortolanError NOT_FOUND, UNAUTHENTICATED, URL_REFUSED, ADDRESS_BLOCKED; without an earlier answer also what the
   *   guarded fetch throws, HTTP_STATUS and METADATA_INVALID
   */
  async get(request: DocumentRequest): Promise<CachedDocument> {
    const path = join(this.#dir, `${keyOf(request)}.json`);
    const kept = await this.#read(path, request.url.href);
    if (kept !== undefined && kept.freshUntil > this.#clock.now() && request.refresh !== true) return documentOf(kept);
    try {
      const fresh = await this.#ask(request, kept);
      await this.#keep(path, fresh);
      return documentOf(fresh);
    } catch (error) {
      const cause = toPortolanError(error);
      if (kept === undefined || FINAL.has(cause.code) || cause.code === 'INTERNAL') throw cause;
      return { ...documentOf(kept), offline: { code: cause.code, message: cause.message } };
    }
  }

  async #ask({ url, fetch, accept, token }: DocumentRequest, kept: Kept | undefined): Promise<Kept> {
    const headers = {
      accept,
      ...(kept?.etag !== undefined && { 'if-none-match': kept.etag }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    };
    const response = await fetch(url, { headers, redirect: 'follow' });
    const now = this.#clock.now();
    const freshUntil = now + freshMs(response.headers.get('cache-control'));
    if (response.status === 304 && kept !== undefined) return { ...kept, readAt: now, freshUntil };
    if (response.status !== 200) throw statusError(url, response.status);
    const text = await response.text();
    parse(text, url);
    const mediaType = (response.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
    return { url: url.href, text, mediaType, etag: etagOf(response), readAt: now, freshUntil };
  }

  /** What cannot be kept is only asked for again. */
  async #keep(path: string, kept: Kept): Promise<void> {
    try {
      await mkdir(this.#dir, { recursive: true, mode: 0o700 });
      await writeFileAtomic(path, JSON.stringify(kept));
      await this.#prune();
    } catch {
      // A full disk must not hide an answer that is there.
    }
  }

  async #read(path: string, url: string): Promise<Kept | undefined> {
    try {
      const kept = objectOf(JSON.parse(await readFile(path, 'utf8')));
      return kept === undefined ? undefined : keptOf(kept, url);
    } catch {
      return undefined;
    }
  }

  async #prune(): Promise<void> {
    const names = (await readdir(this.#dir)).filter((name) => /^[0-9a-f]{64}\.json$/.test(name));
    if (names.length <= MAX_FILES) return;
    const aged = await Promise.all(
      names.map(async (name) => ({ name, at: (await stat(join(this.#dir, name))).mtimeMs })),
    );
    const old = aged.toSorted((a, b) => a.at - b.at).slice(0, names.length - MAX_FILES);
    await Promise.all(old.map(({ name }) => unlink(join(this.#dir, name))));
  }
}

function keyOf({ url, accept, audience }: DocumentRequest): string {
  return createHash('sha256')
    .update(JSON.stringify([url.href, accept, audience ?? '']))
    .digest('hex');
}

function keptOf(value: JsonObject, url: string): Kept | undefined {
  const { text, readAt, freshUntil } = value;
  if (value['url'] !== url || typeof text !== 'string' || typeof readAt !== 'number') return undefined;
  JSON.parse(text);
  return {
    url,
    text,
    mediaType: textOf(value['mediaType']) ?? '',
    etag: textOf(value['etag']),
    readAt,
    freshUntil: typeof freshUntil === 'number' ? freshUntil : 0,
  };
}

function documentOf({ text, mediaType, etag, readAt }: Kept): CachedDocument {
  return { value: JSON.parse(text) as unknown, mediaType, etag, readAt: new Date(readAt).toISOString() };
}

/** Milliseconds for which an answer is fresh; an hour at most. RFC 9111 section 5.2.2. */
function freshMs(cacheControl: string | null): number {
  const rules = (cacheControl ?? '').toLowerCase();
  if (/\bno-(?:store|cache)\b/.test(rules)) return 0;
  const seconds = Number(/(?:^|[\s,])max-age=(\d{1,10})/.exec(rules)?.[1] ?? 0);
  return Math.min(seconds, MAX_AGE_S) * 1_000;
}

/** An ETag that may be sent back; others are ignored. RFC 9110 section 8.8.3. */
function etagOf(response: Response): string | undefined {
  const etag = response.headers.get('etag');
  return etag !== null && /^(?:W\/)?"[\x21\x23-\x7e]{0,200}"$/.test(etag) ? etag : undefined;
}

function parse(text: string, url: URL): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new PortolanError('METADATA_INVALID', `${url.hostname} answers with what is no JSON.`, {
      hint: 'Check the address.',
      data: { host: url.hostname },
      cause,
    });
  }
}

function statusError(url: URL, status: number): PortolanError {
  const data = { host: url.hostname, status };
  if (status === 404 || status === 410)
    return new PortolanError('NOT_FOUND', `${url.hostname} has nothing of that name.`, {
      hint: 'Check the name.',
      data,
    });
  if (status === 401 || status === 403)
    return new PortolanError('UNAUTHENTICATED', `${url.hostname} wants to know who asks (${status}).`, {
      hint: 'Give the registry a token: portolan registry sources add NAME URL --token SECRET',
      data,
    });
  return new PortolanError('HTTP_STATUS', `${url.hostname} answers with status ${status}.`, {
    hint: 'Try again later.',
    data,
  });
}
