// An authorization server that answers its endpoints with what the test says, one answer after the other, and notes what it was
// asked. For what a real one never does; the real one is in oidc-provider-rig.ts.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GuardedFetch } from '../../../core/identity/guarded-fetch.ts';
import type { ClientRegistration } from '../../../core/oauth/client-registration.ts';
import type { TokenPlace } from '../../../core/oauth/token-request.ts';
import { guarded, HERE, serve } from './guarded.ts';

export const RESOURCE = 'https://mcp.example/mcp';

export interface ScriptedAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly text?: string;
  /** Breaks the connection instead of answering. */
  readonly drop?: boolean;
}

interface AskedForm {
  readonly path: string;
  readonly form: Readonly<Record<string, string>>;
  readonly headers: IncomingMessage['headers'];
}

export interface TokenEndpoint {
  readonly place: TokenPlace;
  readonly fetch: GuardedFetch;
  readonly asked: readonly AskedForm[];
}

/** Answers in order; the last one again and again. */
export async function tokenEndpoint(...answers: readonly ScriptedAnswer[]): Promise<TokenEndpoint> {
  const asked: AskedForm[] = [];
  const { port } = await serve((request, response) => {
    void note(request).then((form) => {
      asked.push(form);
      respond(response, answers[Math.min(asked.length, answers.length) - 1] ?? {});
    });
  });
  const issuer = `http://127.0.0.1:${port}`;
  const as = {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    device_authorization_endpoint: `${issuer}/device`,
    revocation_endpoint: `${issuer}/revoke`,
    code_challenge_methods_supported: ['S256'],
  };
  return { place: { issuer, resource: RESOURCE, as, dpopBound: false }, fetch: guarded({ home: HERE }), asked };
}

/** A public client at `place`, or with another proof of who it is. */
export function clientAt(
  place: Pick<TokenPlace, 'issuer'>,
  clientId = 'portolan',
  auth: ClientRegistration['auth'] = { method: 'none' },
): ClientRegistration {
  return { issuer: place.issuer, clientId, kind: 'pre-registered', auth };
}

async function note(request: IncomingMessage): Promise<AskedForm> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const form = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()));
  return { path: request.url ?? '', form, headers: request.headers };
}

function respond(response: ServerResponse, answer: ScriptedAnswer): void {
  if (answer.drop === true) {
    response.destroy();
    return;
  }
  const type = answer.text === undefined ? 'application/json' : 'text/html';
  response.writeHead(answer.status ?? 200, { 'Content-Type': type, ...answer.headers });
  response.end(answer.text ?? JSON.stringify(answer.json ?? {}));
}
