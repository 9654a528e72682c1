// Links from other programs on their way to a person: at most one waits for review, and not many come through in a
// minute. A link is read and shown; what becomes of it is decided by other procedures, on the review screen.
import { randomUUID } from 'node:crypto';
import { PortolanError, toPortolanError } from '../shared/errors.ts';
import { MAX_LINK_CHARS, parseLink } from '../shared/link.ts';
import type { LinkReview } from '../shared/model/link-review.ts';
import type { ServerEntry } from '../shared/model/server-entry.ts';
import { serverOptionsSchema } from '../shared/model/server-entry.ts';
import type { PortableCatalog } from '../core/catalog/portable-catalog.ts';
import { type PortableFile, readPortable } from '../core/catalog/portable-file.ts';

const PER_MINUTE = 5;
const MINUTE_MS = 60_000;
/** As long as a plan lasts. */
const LIFETIME_MS = 600_000;

export class LinkDesk {
  readonly #portable: Pick<PortableCatalog, 'planContent'>;
  readonly #now: () => number;
  #taken: number[] = [];
  #waiting: { readonly review: LinkReview; readonly endsAt: number } | undefined;

  constructor(options: { portable: Pick<PortableCatalog, 'planContent'>; now: () => number }) {
    this.#portable = options.portable;
    this.#now = options.now;
  }

  /** The page to show for a link: its review, or a page that it names. Undefined when it is left out. Never throws. */
  offer(link: string): string | undefined {
    const parsed = parseLink(link);
    if (parsed.kind === 'page') return parsed.page;
    if (this.current() !== undefined || !this.#mayTake()) return undefined;
    return this.#take(this.#reviewOf(parsed));
  }

  /** A text that a person pasted, in the place of what waits. Throws INPUT_INVALID for what is no catalog file; CATALOG_*. */
  offerText(text: string): string {
    const link = text.trim();
    if (link.startsWith('portolan:')) {
      const parsed = parseLink(link);
      return parsed.kind === 'page' ? parsed.page : this.#take(this.#reviewOf(parsed));
    }
    return this.#take(this.#addReview(text));
  }

  current(): LinkReview | undefined {
    if (this.#waiting !== undefined && this.#waiting.endsAt <= this.#now()) this.#waiting = undefined;
    return this.#waiting?.review;
  }

  dismiss(id: string): void {
    if (this.#waiting?.review.id === id) this.#waiting = undefined;
  }

  #take(review: LinkReview): string {
    this.#waiting = { review, endsAt: this.#now() + LIFETIME_MS };
    return `/review/${review.id}`;
  }

  #mayTake(): boolean {
    const now = this.#now();
    this.#taken = this.#taken.filter((at) => at > now - MINUTE_MS);
    if (this.#taken.length >= PER_MINUTE) return false;
    this.#taken.push(now);
    return true;
  }

  #reviewOf(parsed: Exclude<ReturnType<typeof parseLink>, { kind: 'page' }>): LinkReview {
    const id = randomUUID();
    switch (parsed.kind) {
      case 'refused':
        return { id, kind: 'refused', reason: parsed.reason };
      case 'sign-in':
        return { id, kind: 'sign-in', identity: parsed.identity };
      default:
        try {
          return this.#addReview(decodedText(parsed.catalog));
        } catch (error) {
          return { id, kind: 'refused', reason: toPortolanError(error).message };
        }
    }
  }

  #addReview(text: string): LinkReview {
    const read = readPortable(text);
    if (read === undefined) {
      throw new PortolanError('INPUT_INVALID', 'this is neither a Portolan link nor a portable catalog file', {
        hint: 'Use Import for the files of other programs.',
      });
    }
    const proposed = onlyServers(read);
    const plan = this.#portable.planContent(proposed);
    return { id: randomUUID(), kind: 'add', plan, servers: [...proposed.content.servers] };
  }
}

/** A link that brings the portable catalog file `text`; undefined when it would be too long. `chars`: its length. */
export function addLinkOf(text: string): { readonly link: string | undefined; readonly chars: number } {
  const compact = JSON.stringify(JSON.parse(text));
  const link = `portolan://add?catalog=${Buffer.from(compact).toString('base64url')}`;
  return { link: link.length > MAX_LINK_CHARS ? undefined : link, chars: link.length };
}

function decodedText(encoded: string): string {
  return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(encoded, 'base64url'));
}

/**
 * The servers and inputs of a file that came by link: how to reach them and what they are called. All else that an entry
 * can say, such as what the audit log leaves out, and every profile, identity or setting is ignored.
 */
function onlyServers({ content, bad }: PortableFile): PortableFile {
  const servers = content.servers.map(({ name, endpoint, options }): ServerEntry => {
    const { title, description, auth } = options;
    const { issuer, clientId, scopes } = auth ?? {};
    const kept = {
      ...(issuer !== undefined && { issuer }),
      ...(clientId !== undefined && { clientId }),
      ...(scopes !== undefined && { scopes }),
    };
    return {
      name,
      endpoint,
      options: serverOptionsSchema.parse({
        ...(title !== undefined && { title }),
        ...(description !== undefined && { description }),
        ...(Object.keys(kept).length > 0 && { auth: kept }),
        source: { kind: 'import', detail: 'link' },
      }),
    };
  });
  return {
    content: { servers, profiles: [], identities: [], inputs: content.inputs },
    bad: bad.filter(({ kind }) => kind === 'server' || kind === 'input'),
  };
}
