// Words of a server are shown and logged. Whatever it was sent to prove something must not come back in them.
import { Redactor } from '../base/redact.ts';
import type { GuardedFetch } from './guarded-fetch.ts';

/** Parameters of forms that are secrets. (RFC 6749, 7521, 7636, 8628, 8693) */
const SECRET_PARAMETERS = [
  'assertion',
  'client_assertion',
  'client_secret',
  'code',
  'code_verifier',
  'device_code',
  'refresh_token',
  'subject_token',
  'token',
];

type Request = NonNullable<Parameters<GuardedFetch>[1]>;

/** `fetch`, but an answer that refuses a form holds nothing of what was secret in the form. Throws as `fetch`. */
export function fetchWithoutEcho(fetch: GuardedFetch): GuardedFetch {
  return async (url, init = {}) => {
    const response = await fetch(url, init);
    const sent = response.ok ? [] : secretsOf(init);
    if (sent.length === 0) return response;
    const redactor = new Redactor();
    for (const secret of sent) redactor.addSecret(secret);
    const { status, headers } = response;
    return new Response(redactor.redact(await response.text()), { status, headers });
  };
}

function secretsOf({ body, headers }: Request): string[] {
  const form = body instanceof URLSearchParams ? SECRET_PARAMETERS.flatMap((name) => body.getAll(name)) : [];
  const [, credentials] = /^Basic (\S+)$/i.exec(new Headers(headers).get('authorization') ?? '') ?? [];
  if (credentials === undefined) return form;
  // Both halves are form-encoded. (RFC 6749, 2.3.1)
  const pair = Buffer.from(credentials, 'base64').toString();
  return [...form, new URLSearchParams(`secret=${pair.slice(pair.indexOf(':') + 1)}`).get('secret') ?? ''];
}
