// The block `auth` of an entry: which of its keys may hold references, how it is written, and that it holds no secret.
import { PortolanError } from '../../shared/errors.ts';
import { type ServerAuth, serverAuthSchema } from '../../shared/model/server-auth.ts';
import { looksSecret, secretsInUrl } from '../base/secret-shape.ts';

/** Keys whose value may be or hold references. */
export const AUTH_REFERENCES = ['clientId', 'clientSecret', 'privateKey', 'assertion'] as const;
export const AUTH_KEYS = Object.keys(serverAuthSchema.shape);

const SECRETS = ['clientSecret', 'privateKey', 'assertion'] as const;
const REFERENCE = /^\$\{(?:secret|env):[^{}]+\}$/;

/** The block as it is written: without the way that an entry has anyway. */
export function authForm(auth: ServerAuth): Readonly<Record<string, unknown>> {
  const { way, ...rest } = auth;
  return way === 'auto' ? rest : { way, ...rest };
}

/** Throws INPUT_INVALID naming the key (never the value) when the block holds a literal secret. */
export function refuseSecretsInAuth(auth: ServerAuth): void {
  const literal = SECRETS.find((key) => auth[key] !== undefined && !REFERENCE.test(auth[key]));
  const inOthers = (['clientId', 'issuer', 'assertionFile'] as const).find((key) => isSecretText(auth[key]));
  const field = literal ?? inOthers;
  if (field === undefined) return;
  throw new PortolanError('INPUT_INVALID', `auth.${field} looks like a secret, and the catalog must not hold one`, {
    hint: 'Store it with `portolan secret set NAME` and write ${secret:NAME} in its place.',
    data: { field: `auth.${field}` },
  });
}

function isSecretText(text: string | undefined): boolean {
  return text !== undefined && (looksSecret('', text) || secretsInUrl(text).length > 0);
}
