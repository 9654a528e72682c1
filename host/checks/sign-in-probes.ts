// The probes of a server that wants a sign-in: its authorization server, PKCE, registration, the redirect address, and whether
// it is signed in now. Nothing is registered and nobody is signed in by looking.
import { createServer } from 'node:http';
import { isErrorCode, PortolanError } from '../../shared/errors.ts';
import type { ServerSignIn } from '../../shared/model/identity.ts';
import type { ServerAuth } from '../../shared/model/server-auth.ts';
import { listenOnLoopback } from '../loopback-listener.ts';
import type { Patient } from './server-checks.ts';
import type { Finding, Probe } from './walk.ts';

/** What is learnt from the metadata of a server and of its authorization server. */
export interface FoundSignIn {
  /** Issuer under which the metadata was looked for, and the one that it names: equal, or somebody is between. (RFC 8414, 3.3) */
  readonly named: string;
  readonly issuer: string;
  /** `code_challenge_methods_supported`; undefined when it says nothing. */
  readonly pkceMethods: readonly string[] | undefined;
  /** Ways in which a client that it does not know can make itself known. */
  readonly registrations: readonly ('metadata-document' | 'dynamic')[];
}

/** What the probes ask of the parts that sign in. */
export interface SignInChecks {
  /**
   * `resourceMetadata`: where the server’s challenge says that its metadata are. Throws METADATA_*, RESOURCE_MISMATCH,
   * ISSUER_MISMATCH (with `expected` and `received` in its data), CONNECT_*, ADDRESS_BLOCKED, URL_REFUSED.
   */
  discover(
    server: URL,
    options: { readonly auth: ServerAuth | undefined; readonly resourceMetadata: string | undefined },
  ): Promise<FoundSignIn>;
  /** Throws SERVER_NOT_FOUND. */
  server(name: string): ServerSignIn;
}

/** What was learnt before: the address, and whether the server asked for a sign-in. */
export interface SignInAsked {
  readonly url: URL;
  readonly resourceMetadata: string | undefined;
}

/** Ways in which a code comes back to the redirect address. */
const WITH_CODE: readonly string[] = ['auto', 'browser'];

/** `asked` answers with undefined when the server wants no sign-in, or has its credential in a header. */
export function signInProbes(
  { entry }: Pick<Patient, 'entry'>,
  checks: Pick<SignInChecks, 'discover'>,
  asked: () => SignInAsked | undefined,
): Probe[] {
  const { auth } = entry.options;
  const way = auth?.way ?? 'auto';
  let found: FoundSignIn | undefined;
  const when =
    (needed: boolean, reason: string, run: (facts: SignInAsked) => Finding | Promise<Finding>) => async () => {
      const facts = asked();
      if (facts === undefined) return { outcome: 'skipped', detail: 'no sign-in of its own is asked for' } as const;
      return needed ? run(facts) : ({ outcome: 'skipped', detail: reason } as const);
    };
  const usesCode = WITH_CODE.includes(way);
  return [
    {
      id: 'issuer',
      title: 'The authorization server is the one that was named',
      run: when(way !== 'none', 'the entry says never to sign in', async ({ url, resourceMetadata }) => {
        found = await checks.discover(url, { auth, resourceMetadata }).catch((error: unknown) => {
          throw withBoth(error);
        });
        if (found.named !== found.issuer) throw mismatch(found.named, found.issuer);
        return { outcome: 'ok', detail: found.issuer };
      }),
    },
    {
      id: 'pkce',
      title: 'It ties the code of a sign-in to this computer (PKCE)',
      run: when(usesCode, 'no code comes back to this computer by this way', () => checkPkce(found)),
    },
    {
      id: 'registration',
      title: 'Portolan is known there, or can make itself known',
      run: when(way !== 'none', 'the entry says never to sign in', () => checkRegistration(found, auth, entry.name)),
    },
    {
      id: 'redirect',
      title: 'The answer of the browser can reach this computer',
      run: when(usesCode, 'no browser comes back to this computer by this way', () =>
        checkRedirect(auth?.redirectPort),
      ),
    },
  ];
}

/** Whether the server is signed in now. Throws NEEDS_SIGN_IN, or why it was refused. */
export function checkToken(status: ServerSignIn): Finding {
  const { server, state, expiresAt, renews, reason } = status;
  if (state === 'signed-in' || state === 'ends-soon') {
    const until = expiresAt === undefined ? '' : ` until ${expiresAt}`;
    return { outcome: 'ok', detail: `signed in${until}${renews ? ', renewed by itself' : ''}` };
  }
  if (state === 'refused' && reason !== undefined) {
    const code = isErrorCode(reason.code) ? reason.code : 'SIGN_IN_REFUSED';
    throw new PortolanError(code, reason.message, reason.hint === undefined ? {} : { hint: reason.hint });
  }
  throw new PortolanError('NEEDS_SIGN_IN', `nobody is signed in to ${server}`, {
    hint: `Sign in with: portolan login ${server}`,
  });
}

function checkPkce(found: FoundSignIn | undefined): Finding {
  const methods = found?.pkceMethods ?? [];
  if (methods.includes('S256')) return { outcome: 'ok', detail: 'S256' };
  const said = methods.length === 0 ? 'names no method' : `offers only ${methods.join(', ')}`;
  throw new PortolanError('PKCE_UNSUPPORTED', `the authorization server ${said} of PKCE, and S256 is needed`);
}

function checkRegistration(found: FoundSignIn | undefined, auth: ServerAuth | undefined, name: string): Finding {
  if (auth?.clientId !== undefined) return { outcome: 'ok', detail: 'with the client id of the entry' };
  const [first] = found?.registrations ?? [];
  if (first === 'metadata-document') return { outcome: 'ok', detail: 'by its published document' };
  if (first === 'dynamic') return { outcome: 'ok', detail: 'by registering itself' };
  throw new PortolanError(
    'REGISTRATION_NEEDED',
    'the authorization server takes only clients that its operator registered',
    {
      hint: `Ask its operator for a client id and put it into the entry ${name} as auth.clientId.`,
    },
  );
}

async function checkRedirect(port: number | undefined): Promise<Finding> {
  const listener = createServer();
  try {
    const got = await listenOnLoopback(listener, port ?? 0);
    return { outcome: 'ok', detail: port === undefined ? 'any free port of 127.0.0.1' : `port ${String(got)} is free` };
  } finally {
    listener.close();
  }
}

/** The two strings that should be one, as somebody has to compare them. */
function mismatch(expected: string, received: string): PortolanError {
  return new PortolanError('ISSUER_MISMATCH', `expected ${expected}, received ${received}`, {
    data: { expected, received },
  });
}

function withBoth(error: unknown): unknown {
  if (!(error instanceof PortolanError) || error.code !== 'ISSUER_MISMATCH') return error;
  const { expected, received } = error.data;
  return typeof expected === 'string' && typeof received === 'string' ? mismatch(expected, received) : error;
}
