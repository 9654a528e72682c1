// An identity while a person edits it: its fields as text, what is wrong with them, and the way back. Pure.
import type { Identity, IdentityStatus } from '../../../shared/model/identity.ts';
import type { LinkReview } from '../../../shared/model/link-review.ts';
import { isForBrowser } from '../../../shared/browser-address.ts';
import { NAME_PATTERN } from '../servers/draft.ts';

export interface IdentityDraft {
  readonly name: string;
  readonly title: string;
  readonly issuer: string;
  readonly clientId: string;
  /** Separated by spaces. */
  readonly scopes: string;
  readonly way: 'browser' | 'device';
  readonly redirectPort: number | undefined;
  readonly allowPrivateNetwork: boolean;
  /** Empty: none, or the one that is kept stays. */
  readonly clientSecret: string;
}

export type IdentityProblems = Partial<Record<'name' | 'issuer' | 'clientId' | 'scopes', string>>;

const DEFAULT_SCOPES = 'openid profile email offline_access';
/** NQCHAR, the characters of one scope. (RFC 6749, Appendix A.4) */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

export function identityDraft(held?: IdentityStatus): IdentityDraft {
  return {
    name: held?.name ?? '',
    title: held?.title ?? '',
    issuer: held?.issuer ?? '',
    clientId: held?.clientId ?? '',
    scopes: held?.scopes.join(' ') ?? DEFAULT_SCOPES,
    way: held?.way ?? 'browser',
    redirectPort: held?.redirectPort,
    allowPrivateNetwork: held?.allowPrivateNetwork ?? false,
    clientSecret: '',
  };
}

/** What a link proposes. */
export type ProposedIdentity = Extract<LinkReview, { kind: 'sign-in' }>['identity'];

export function proposedDraft({ name = '', title = '', issuer, clientId, scopes }: ProposedIdentity): IdentityDraft {
  return {
    ...identityDraft(),
    name,
    title,
    issuer,
    clientId,
    ...(scopes === undefined ? {} : { scopes: scopes.join(' ') }),
  };
}

function scopesOf(text: string): string[] {
  return text.split(/\s+/).filter(Boolean);
}

/** What keeps the draft from being saved, by field. Empty when it is ready. */
export function identityProblems(draft: IdentityDraft, taken: readonly string[]): IdentityProblems {
  const problems: IdentityProblems = {};
  if (!NAME_PATTERN.test(draft.name))
    problems.name = 'Use 1 to 64 letters, digits, dots, dashes or underscores, not starting with a dot or dash.';
  else if (taken.includes(draft.name)) problems.name = `An identity named ${draft.name} exists.`;
  const issuer = draft.issuer.trim();
  if (!URL.canParse(issuer) || !isForBrowser(new URL(issuer)))
    problems.issuer = 'Give the address of the provider, starting with https://.';
  else if (/[?#]/.test(issuer)) problems.issuer = 'An issuer has no question mark and no number sign.';
  if (draft.clientId.trim() === '') problems.clientId = 'Give the client id that the provider has for Portolan.';
  const scopes = scopesOf(draft.scopes);
  const wrong = scopes.find((scope) => !SCOPE.test(scope));
  if (!scopes.includes('openid')) problems.scopes = 'The right openid is needed to learn who you are.';
  else if (wrong !== undefined) problems.scopes = `${wrong} is no right: use plain characters without quotes.`;
  return problems;
}

/** The identity to send. */
export function identityOf(draft: IdentityDraft): Identity {
  const { name, title, issuer, clientId, scopes, way, redirectPort, allowPrivateNetwork } = draft;
  return {
    name,
    issuer: issuer.trim(),
    clientId: clientId.trim(),
    scopes: scopesOf(scopes),
    way,
    ...(title.trim() === '' ? {} : { title: title.trim() }),
    ...(redirectPort === undefined ? {} : { redirectPort }),
    ...(allowPrivateNetwork ? { allowPrivateNetwork } : {}),
  };
}
