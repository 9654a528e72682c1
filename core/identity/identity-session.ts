// One sign-in at an identity provider, as it is kept in the keychain.
import { objectOf, textOf } from '../base/json-object.ts';

export interface IdentitySession {
  readonly issuer: string;
  readonly clientId: string;
  readonly subject: string;
  /** As they are shown: cleaned. */
  readonly name?: string;
  readonly email?: string;
  readonly idToken?: string;
  /** When the ID token ends; epoch milliseconds. */
  readonly idTokenExpiresAt?: number;
  readonly refreshToken?: string;
  readonly signedInAt: number;
  /** When the tokens were last given out. */
  readonly renewedAt: number;
  /** False: the signature of the ID token could not be checked. */
  readonly signed: boolean;
  /** Why it has ended: a sentence. There are no tokens then. */
  readonly ended?: string;
}

export function formatSession(session: IdentitySession): string {
  return JSON.stringify({ v: 1, ...session });
}

/** The session that `formatSession` wrote; undefined when the text is anything else. */
export function parseSession(text: string): IdentitySession | undefined {
  const found = objectOf(parsed(text));
  if (found === undefined || found['v'] !== 1) return undefined;
  const [issuer, clientId, subject] = ['issuer', 'clientId', 'subject'].map((key) => textOf(found[key]));
  const { signedInAt, renewedAt, idTokenExpiresAt, signed } = found;
  if (!issuer || !clientId || !subject || typeof signed !== 'boolean') return undefined;
  if (typeof signedInAt !== 'number' || typeof renewedAt !== 'number') return undefined;
  const texts = ['name', 'email', 'idToken', 'refreshToken', 'ended'].flatMap((key) => {
    const text = textOf(found[key]);
    return text === undefined ? [] : [[key, text] as const];
  });
  return {
    issuer,
    clientId,
    subject,
    signedInAt,
    renewedAt,
    signed,
    ...(typeof idTokenExpiresAt === 'number' && { idTokenExpiresAt }),
    ...Object.fromEntries(texts),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
