// Sign-ins, identities and signed-in servers as a person with several organisations has them.
import type { IdentityStatus, ServerSignIn, SignIn } from '../../shared/model/identity.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** RFC 3339, `ms` after `now`; negative: before. */
function at(now: number, ms: number): string {
  return new Date(now + ms).toISOString();
}

function waiting(now: number, part: Partial<SignIn> & Pick<SignIn, 'id' | 'kind' | 'target'>): SignIn {
  return { state: 'waiting', since: at(now, -4 * MINUTE), calls: 0, clients: [], scopes: [], newScopes: [], ...part };
}

/** A server whose sign-in ended, and one of whose tools needs a further right. */
export function waitingSignIns(now: number): SignIn[] {
  return [
    waiting(now, {
      id: 's1',
      kind: 'server',
      target: 'tickets',
      calls: 3,
      clients: ['Claude Desktop', 'Cursor'],
      authorizationHost: 'auth.tickets.example',
      resourceHost: 'tickets.acme.example',
      scopes: ['tickets:read', 'tickets:write'],
      reason: { code: 'NEEDS_SIGN_IN', message: 'The server no longer accepts the sign-in' },
    }),
    waiting(now, {
      id: 's2',
      kind: 'step-up',
      target: 'warehouse',
      since: at(now, -MINUTE),
      calls: 1,
      clients: ['Cursor'],
      tool: 'run_report',
      authorizationHost: 'login.acme.example',
      resourceHost: 'dw.acme.example',
      scopes: ['reports:run', 'reports:read'],
      newScopes: ['reports:run'],
    }),
  ];
}

/** Its host is written with a Cyrillic letter. */
export function homographSignIn(now: number): SignIn {
  return waiting(now, {
    id: 's3',
    kind: 'server',
    target: 'payments',
    calls: 1,
    clients: ['Cursor'],
    authorizationHost: 'xn--pypal-4ve.example',
    authorizationHostUnicode: 'p\u0430ypal.example',
    resourceHost: 'payments.example',
    scopes: ['pay'],
  });
}

/** Under way on another device. */
export function deviceSignIn(now: number): SignIn {
  return waiting(now, {
    id: 's4',
    kind: 'identity',
    target: 'acme-staging',
    state: 'under-way',
    authorizationHost: 'login.staging.acme.example',
    scopes: ['openid', 'profile'],
    device: {
      userCode: 'WDJB-MJHT',
      verificationUrl: 'https://login.staging.acme.example/device',
      expiresAt: at(now, 10 * MINUTE),
    },
    expiresAt: at(now, 10 * MINUTE),
  });
}

/** The answer came from another issuer than the one that was asked. */
export function mismatchedSignIn(now: number): SignIn {
  return waiting(now, {
    id: 's5',
    kind: 'server',
    target: 'tickets',
    state: 'failed',
    authorizationHost: 'auth.tickets.example',
    resourceHost: 'tickets.acme.example',
    scopes: ['tickets:read'],
    reason: {
      code: 'ISSUER_MISMATCH',
      message: 'The answer names another authorization server than the one that was asked',
      expected: 'https://auth.tickets.example',
      received: 'https://auth.tickets.example.evil.example',
    },
  });
}

export function identities(now: number): IdentityStatus[] {
  const one = (part: Pick<IdentityStatus, 'name' | 'state'> & Partial<IdentityStatus>): IdentityStatus => ({
    issuer: `https://login.${part.name}.example`,
    clientId: '0oa-portolan-desktop',
    scopes: ['openid', 'profile', 'email', 'offline_access'],
    source: 'catalog',
    renews: false,
    unlocks: [],
    refused: [],
    ...part,
  });
  return [
    one({
      name: 'acme',
      title: 'Acme SSO',
      issuer: 'https://login.acme.example',
      state: 'signed-in',
      person: { name: 'Maya Ortiz', email: 'maya.ortiz@acme.example', subject: '00u1a2b3' },
      signedInAt: at(now, -2 * HOUR),
      endsAt: at(now, 6 * HOUR + MINUTE),
      renews: true,
      unlocks: ['github', 'sentry'],
      refused: [{ server: 'sentry', reason: 'The group harbour-engineering is not assigned to this application.' }],
    }),
    one({
      name: 'harbour-labs',
      title: 'Harbour Labs',
      state: 'ends-soon',
      person: { email: 'maya@harbour-labs.example', subject: '7741' },
      signedInAt: at(now, -7 * HOUR),
      endsAt: at(now, 18 * MINUTE + 20_000),
      unlocks: ['labs'],
    }),
    one({ name: 'acme-staging', title: 'Acme Staging', state: 'signed-out', unlocks: ['preview', 'canary'] }),
    one({
      name: 'headquarters',
      title: 'Headquarters',
      source: 'managed',
      state: 'ended',
      person: { name: 'Maya Ortiz', subject: 'maya' },
      endsAt: at(now, -20 * MINUTE),
      unlocks: ['payroll'],
      reason: { code: 'TOKEN_REFUSED', message: 'The provider ended the session' },
    }),
  ];
}

export function serverSignIns(now: number): ServerSignIn[] {
  const one = (part: Pick<ServerSignIn, 'server' | 'way' | 'state'> & Partial<ServerSignIn>): ServerSignIn => ({
    scopes: [],
    renews: false,
    bound: false,
    ...part,
  });
  return [
    one({
      server: 'github',
      way: 'enterprise',
      state: 'signed-in',
      identity: 'acme',
      issuer: 'https://auth.mcp.acme.example',
      clientId: 'portolan-desktop',
      registration: 'pre-registered',
      resource: 'https://mcp.acme.example/github',
      scopes: ['repo', 'workflow'],
      expiresAt: at(now, 52 * MINUTE + 20_000),
      renews: true,
      bound: true,
    }),
    one({
      server: 'sentry',
      way: 'enterprise',
      state: 'refused',
      identity: 'acme',
      issuer: 'https://auth.mcp.acme.example',
      resource: 'https://mcp.acme.example/sentry',
      reason: {
        code: 'IDP_REFUSED',
        message: 'The group harbour-engineering is not assigned to this application.',
      },
    }),
    one({
      server: 'tickets',
      way: 'browser',
      state: 'waiting',
      issuer: 'https://auth.tickets.example',
      clientId: 'https://portolan.example/client.json',
      registration: 'metadata-document',
      resource: 'https://tickets.acme.example/mcp',
      scopes: ['tickets:read', 'tickets:write'],
      expiresAt: at(now, -34 * MINUTE),
    }),
    one({
      server: 'warehouse',
      way: 'browser',
      state: 'signed-in',
      issuer: 'https://login.acme.example',
      clientId: 'dyn-5f1c',
      registration: 'dynamic',
      resource: 'https://dw.acme.example/sse',
      scopes: ['reports:read'],
      expiresAt: at(now, 9 * MINUTE + 20_000),
      renews: true,
    }),
  ];
}
