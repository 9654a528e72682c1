// `portolan://` links from other programs, read under tight rules. A link names a page or brings something for review;
// nothing that it can say changes anything by itself. Pure, and the same in the shell, the host and the pages.
import { HIDDEN_CHARACTERS } from './hidden-characters.ts';

/** A longer link is refused unread; what does not fit travels as a file. */
export const MAX_LINK_CHARS = 2_000;
const SCHEME = 'portolan://';
const PAGES = 'activity add connections identities import questions servers settings sign-in'.split(' ');
/** What each kind may say, each once. Anything else refuses the whole link. */
const KEYS: Readonly<Record<string, ReadonlySet<string>>> = {
  add: new Set(['catalog']),
  'sign-in': new Set(['clientId', 'issuer', 'name', 'scope', 'title']),
};
const SHAPE = /^portolan:\/\/(add|sign-in)\/?\?([A-Za-z0-9._~%+:@!*'(),/=&-]+)$/;

/** The address of a provider: https, a host, perhaps a port and a path; no user name, query or fragment. */
const ISSUER = /^https:\/\/[A-Za-z0-9.-]{1,253}(?::\d{1,5})?(?:\/[A-Za-z0-9._~%!$&'()*+,;=:/-]{0,250})?$/;

/** A sign-in that a link proposes: nothing more than what a form is filled in with. */
interface ProposedIdentity {
  readonly issuer: string;
  readonly clientId: string;
  readonly name?: string;
  readonly title?: string;
  readonly scopes?: readonly string[];
}

export type PortolanLink =
  | { readonly kind: 'page'; readonly page: string }
  | { readonly kind: 'add'; readonly catalog: string }
  | { readonly kind: 'sign-in'; readonly identity: ProposedIdentity }
  | { readonly kind: 'refused'; readonly reason: string };

/** The first word of `argv` that is a link, unread; undefined for none. Words that are too long are none. */
export function linkIn(argv: readonly string[]): string | undefined {
  return argv.find((word) => word.startsWith(SCHEME) && word.length <= MAX_LINK_CHARS);
}

/** What `text` means; never throws. `catalog` is what the link carries, base64url of UTF-8, still to be read and judged. */
export function parseLink(text: string): PortolanLink {
  if (text.length > MAX_LINK_CHARS) return refused(`It is longer than ${MAX_LINK_CHARS} characters.`);
  const page = PAGES.find((name) => text === SCHEME + name || text === `${SCHEME + name}/`);
  if (page !== undefined) return { kind: 'page', page: `/${page}` };
  const [, kind = '', query = ''] = SHAPE.exec(text) ?? [];
  const known = KEYS[kind];
  if (known === undefined) return refused('It is not a link that Portolan knows.');
  const values = new Map<string, string>();
  for (const pair of query.split('&')) {
    const equals = pair.indexOf('=');
    const key = pair.slice(0, Math.max(equals, 0));
    const value = decoded(pair.slice(equals + 1));
    if (!known.has(key)) return refused('It says something that no link may say.');
    if (values.has(key)) return refused('It says one thing twice.');
    if (value === undefined) return refused('It holds characters that cannot be read or seen.');
    values.set(key, value);
  }
  if (kind !== 'add') return signInLink(values);
  const catalog = values.get('catalog') ?? '';
  return /^[A-Za-z0-9_-]+$/.test(catalog) ? { kind: 'add', catalog } : refused('What it brings cannot be read.');
}

function signInLink(values: ReadonlyMap<string, string>): PortolanLink {
  const [issuer, clientId] = [values.get('issuer') ?? '', values.get('clientId') ?? ''];
  if (!ISSUER.test(issuer)) return refused('The address of its provider is not https.');
  if (clientId === '' || clientId.length > 500) return refused('It has no client id.');
  const [name, title, scope] = [values.get('name'), values.get('title'), values.get('scope')];
  if (name !== undefined && !/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$/.test(name))
    return refused('Its name cannot be used.');
  const scopes = scope?.split(' ').filter((one) => one !== '');
  if (scopes?.some((one) => !/^[\x21\x23-\x5b\x5d-\x7e]+$/.test(one)) === true || (title?.length ?? 0) > 100)
    return refused('What it asks for cannot be read.');
  return {
    kind: 'sign-in',
    identity: {
      issuer,
      clientId,
      ...(name === undefined ? {} : { name }),
      ...(title === undefined ? {} : { title }),
      ...(scopes === undefined || scopes.length === 0 ? {} : { scopes }),
    },
  };
}

/** Undefined for broken escapes and for what a reader cannot see. */
function decoded(text: string): string | undefined {
  try {
    const value = decodeURIComponent(text.replaceAll('+', ' '));
    return value.search(HIDDEN_CHARACTERS) >= 0 || /[\t\n]/.test(value) ? undefined : value;
  } catch {
    return undefined;
  }
}

function refused(reason: string): PortolanLink {
  return { kind: 'refused', reason };
}
