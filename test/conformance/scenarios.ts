// Which scenarios of the official conformance suite are run.
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

/** What the suite asks of a server with the tasks extension; no revision requires it. */
export const TASK_SCENARIOS: readonly string[] = [
  'lifecycle',
  'capability-negotiation',
  'wire-fields',
  'request-state-removal',
  'mrtr-input',
  'request-headers',
  'dispatch-and-envelope',
  'status-notifications',
  'required-task-error',
  'mrtr-composition',
].map((name) => `tasks-${name}`);

/** Names that `revision` requires of a client or a server: the list that the suite froze with the revision. */
export function required(role: 'client' | 'server', revision: Revision): string[] {
  const file = readFileSync(join(SUITE, 'requirements', `${revision}.yaml`), 'utf8');
  const section = new RegExp(`^${role}:\\n((?:  - .+\\n)+)`, 'm').exec(file)?.[1] ?? '';
  return [...section.matchAll(/^ {2}- (.+)$/gm)].map(([, name = '']) => name);
}

/** The scenarios of one client set. */
export function clientSet(set: Revision | 'extensions'): readonly ClientScenario[] {
  return set === 'extensions' ? EXTENSIONS : required('client', set).map((name) => ({ name, revision: set }));
}

/** Whether somebody has to sign in, which the suite's own client cannot do without Portolan. */
export function needsSignIn({ name }: ClientScenario): boolean {
  return name.startsWith('auth/');
}
