// Which scenarios of the official conformance suite are run, and the one list of those that are left out for now.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const SUITE = join(import.meta.dirname, '..', '..', 'node_modules', '@modelcontextprotocol', 'conformance');

export const REVISIONS = ['2025-11-25', '2026-07-28'] as const;
export type Revision = (typeof REVISIONS)[number];

/** One client scenario at one revision. */
export interface ClientScenario {
  readonly name: string;
  readonly revision: Revision;
}

/** Client scenarios that need a sign-in; taken off this list as soon as they can be run. */
const NEEDS_SIGN_IN: ReadonlySet<string> = new Set([
  'auth/2025-03-26-oauth-endpoint-fallback',
  'auth/2025-03-26-oauth-metadata-backcompat',
  'auth/authorization-server-migration',
  'auth/basic-cimd',
  'auth/client-credentials-basic',
  'auth/client-credentials-jwt',
  'auth/dpop',
  'auth/dpop-nonce',
  'auth/enterprise-managed-authorization',
  'auth/iss-normalized',
  'auth/iss-not-advertised',
  'auth/iss-supported',
  'auth/iss-supported-missing',
  'auth/iss-unexpected',
  'auth/iss-wrong-issuer',
  'auth/metadata-default',
  'auth/metadata-issuer-mismatch',
  'auth/metadata-var1',
  'auth/metadata-var2',
  'auth/metadata-var3',
  'auth/offline-access-not-supported',
  'auth/offline-access-scope',
  'auth/pre-registration',
  'auth/resource-mismatch',
  'auth/scope-from-scopes-supported',
  'auth/scope-from-www-authenticate',
  'auth/scope-omitted-when-undefined',
  'auth/scope-retry-limit',
  'auth/scope-step-up',
  'auth/token-endpoint-auth-basic',
  'auth/token-endpoint-auth-none',
  'auth/token-endpoint-auth-post',
  'auth/wif-jwt-bearer',
]);

/** What no revision requires, but Portolan claims. The skills scenarios test a host that loads skills; Portolan does not. */
const EXTENSIONS: readonly ClientScenario[] = [
  ...REVISIONS.map((revision) => ({ name: 'json-schema-2020-12-preservation', revision })),
  ...['basic', 'jwt'].map((kind) => ({ name: `auth/client-credentials-${kind}`, revision: '2026-07-28' as const })),
  ...['enterprise-managed-authorization', 'dpop', 'dpop-nonce', 'wif-jwt-bearer'].map((name) => ({
    name: `auth/${name}`,
    revision: '2026-07-28' as const,
  })),
  ...['metadata-backcompat', 'endpoint-fallback'].map((name) => ({
    name: `auth/2025-03-26-oauth-${name}`,
    revision: '2025-11-25' as const,
  })),
];

/** Names that `revision` requires of a client or a server: the list that the suite froze with the revision. */
export function required(role: 'client' | 'server', revision: Revision): string[] {
  const file = readFileSync(join(SUITE, 'requirements', `${revision}.yaml`), 'utf8');
  const section = new RegExp(`^${role}:\\n((?:  - .+\\n)+)`, 'm').exec(file)?.[1] ?? '';
  return [...section.matchAll(/^ {2}- (.+)$/gm)].map(([, name = '']) => name);
}

/** A client set split into what is run and what waits for sign-in. */
export function clientSet(set: Revision | 'extensions'): { run: ClientScenario[]; needSignIn: ClientScenario[] } {
  const all = set === 'extensions' ? EXTENSIONS : required('client', set).map((name) => ({ name, revision: set }));
  return {
    run: all.filter(({ name }) => !NEEDS_SIGN_IN.has(name)),
    needSignIn: all.filter(({ name }) => NEEDS_SIGN_IN.has(name)),
  };
}
