// Tokens for a program that a platform vouches for: the platform’s token is presented as an assertion. (RFC 7523; SEP-1933)
import { open } from 'node:fs/promises';
import * as oauth from 'oauth4webapi';
import { PortolanError } from '../../shared/errors.ts';
import { errnoSentence } from '../base/errno.ts';
import type { ClientRegistration } from './client-registration.ts';
import { type FlowOptions, newDpopKey, requestTokens } from './token-request.ts';
import type { TokenSet } from './token-set.ts';

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
/** The largest assertion, in bytes. */
const MAX_BYTES = 64 * 1024;

/** The platform’s token, or the file in which the platform keeps a fresh one. */
export type Assertion = { readonly text: string } | { readonly file: string };

export interface WorkloadOptions extends Omit<FlowOptions, 'client'> {
  readonly assertion: Assertion;
  readonly scope: readonly string[];
  /** Only for servers that want one named. */
  readonly client?: ClientRegistration | undefined;
  readonly dpop?: boolean;
}

/**
 * Presents the assertion, once: it is read anew for every call, and what was refused is not presented again.
 * @throws PortolanError FILE_NOT_READABLE, TOKEN_INVALID when there is no JWT; else as a token request
 */
export async function workloadTokens(options: WorkloadOptions): Promise<TokenSet> {
  const { client, clock, discovery, scope } = options;
  const assertion = await read(options.assertion);
  const parameters = {
    assertion,
    resource: discovery.resource,
    ...(scope.length > 0 ? { scope: scope.join(' ') } : {}),
  };
  const { refreshToken: _unused, ...tokens } = await requestTokens({
    ...options,
    client,
    grant: 'workload',
    dpop: await newDpopKey(discovery, clock, options.dpop),
    secrets: [assertion],
    send: (client, auth, parts) =>
      oauth.genericTokenEndpointRequest(discovery.as, client, auth, JWT_BEARER, parameters, parts),
  });
  return tokens;
}

async function read(assertion: Assertion): Promise<string> {
  const text = ('text' in assertion ? assertion.text : await readFile(assertion.file)).trim();
  if (/^[\w-]+\.[\w-]+\.[\w-]+$/.test(text) && text.length <= MAX_BYTES) return text;
  throw new PortolanError('TOKEN_INVALID', 'What the platform gave to sign in with is no token (JWT).', {
    hint: 'Check the reference or file in "assertion" or "assertionFile" of the server.',
    data: { final: false },
  });
}

async function readFile(path: string): Promise<string> {
  try {
    await using file = await open(path, 'r');
    const { bytesRead, buffer } = await file.read(Buffer.alloc(MAX_BYTES + 1), 0, MAX_BYTES + 1, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } catch (error) {
    throw new PortolanError('FILE_NOT_READABLE', `The platform’s token cannot be read: ${errnoSentence(error)}.`, {
      hint: 'Check "assertionFile" of the server and your right to read the file.',
      data: { path },
      cause: error,
    });
  }
}
