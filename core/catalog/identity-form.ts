// Between one identity of a file and the model. The catalog and the file that an administrator sets have the same form.
import { type Identity, identityNameSchema, identitySchema } from '../../shared/model/identity.ts';
import { identityFormSchema } from './catalog-schema.ts';

/** Where identities stand in the catalog. */
export const IDENTITIES = ['portolan', 'identities'] as const;

/** The keys that are ours, in the order in which they are written. */
export const IDENTITY_KEYS = [
  'title',
  'issuer',
  'clientId',
  'clientSecret',
  'privateKey',
  'keyId',
  'scopes',
  'way',
  'redirectPort',
  'tokenEndpoint',
  'allowPrivateNetwork',
] as const;

const DEFAULTS = identitySchema.pick({ scopes: true, way: true }).parse({});

/** The identity that a value of the file means, or half a sentence on what is wrong with it. */
export function readIdentity(name: string, value: unknown): { value: Identity } | { problem: string } {
  if (!identityNameSchema.safeParse(name).success) return { problem: 'its name is not valid' };
  const form = identityFormSchema.safeParse(value);
  if (form.success) return { value: identitySchema.parse({ ...form.data, name }) };
  const issue = form.error.issues[0];
  const where = issue?.path.join('.') ?? '';
  return { problem: where === '' ? 'it is not an object' : `${where}: ${issue?.message}` };
}

/** What is written for one key: undefined when it is to be left out, as every default is. */
export function identityValue(identity: Identity, key: (typeof IDENTITY_KEYS)[number]): unknown {
  const value = identity[key];
  if (key === 'way') return value === DEFAULTS.way ? undefined : value;
  if (key === 'scopes') return JSON.stringify(value) === JSON.stringify(DEFAULTS.scopes) ? undefined : value;
  return value === '' || value === false ? undefined : value;
}
