// What an HTTP answer or a broken connection means to the person: one typed error each. Nothing of a body is quoted.
import type { HttpResponse } from './http-response.ts';
import { type ErrorData, PortolanError } from '../../shared/errors.ts';
import { isLoopbackHost } from '../base/loopback-host.ts';

/** The longest wait that a server can ask for. */
export const MAX_RETRY_AFTER_MS = 300_000;

/** An answer of status 300 or above. `more` goes into the error's data. `now`: epoch milliseconds, for Retry-After dates. */
export function statusError(response: HttpResponse, now: number, more: ErrorData = {}): PortolanError {
  const status = response.statusCode;
  const retryAfterMs = retryAfter(response.headers['retry-after'], now);
  const data = { sent: true, status, ...(retryAfterMs === undefined ? {} : { retryAfterMs }), ...more };
  if (status === 401) {
    const metadata = resourceMetadata(response.headers['www-authenticate']);
    return new PortolanError('NEEDS_SIGN_IN', 'The server asks for a sign-in.', {
      hint: 'Sign in to the server, or add its credential as a header.',
      data: { ...data, ...(metadata === undefined ? {} : { resourceMetadata: metadata }) },
    });
  }
  const hint =
    retryAfterMs === undefined || retryAfterMs === 0
      ? statusHint(status)
      : `The server asks to wait ${String(Math.ceil(retryAfterMs / 1_000))} seconds before the next try.`;
  return new PortolanError('HTTP_STATUS', statusCause(status), { hint, data });
}

/** A successful answer that is not what was asked for. */
export function contentError(response: HttpResponse, cause?: string): PortolanError {
  const status = response.statusCode;
  const type = mediaType(response);
  const shown = type === '' ? 'no content type' : `content type ${type}`;
  return new PortolanError(
    'HTTP_UNEXPECTED_CONTENT',
    cause ?? `The server answered with ${shown} (HTTP ${String(status)}), not with an MCP message.`,
    {
      hint: 'Check that the URL is that of the MCP endpoint.',
      data: { sent: true, status, contentType: type },
    },
  );
}

/** Media type in lower case without parameters; empty when there is none, cut when it is absurdly long. */
export function mediaType(response: HttpResponse): string {
  return (response.headers['content-type'] ?? '').split(';', 1).join('').trim().toLowerCase().slice(0, 100);
}

/** Milliseconds that a Retry-After header asks for (RFC 9110 section 10.2.3), at most five minutes; undefined when it is not valid. */
export function retryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value)) return Math.min(Number(value) * 1_000, MAX_RETRY_AFTER_MS);
  if (!/^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(value)) return undefined;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.min(Math.max(at - now, 0), MAX_RETRY_AFTER_MS);
}

/** The protected-resource metadata URL of a challenge (RFC 9728 section 5.1), when it is https or on this machine. */
function resourceMetadata(challenge: string | undefined): string | undefined {
  const match = /(?:^|[\s,])resource_metadata\s*=\s*(?:"([^"]*)"|([^\s,"]+))/i.exec(challenge ?? '');
  const text = match?.[1] ?? match?.[2];
  if (text === undefined || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') return undefined;
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopbackHost(url.hostname)) ? url.href : undefined;
}

function statusCause(status: number): string {
  if (status === 413) return 'The server refused the message because it is too large (HTTP status 413).';
  if (status === 431) return 'The server refused the message because its headers are too large (HTTP status 431).';
  return `The server answered with HTTP status ${String(status)}.`;
}

function statusHint(status: number): string {
  if (status === 413) return 'Send less at once.';
  if (status === 431) return 'Use shorter arguments: the server has some of them repeated in headers.';
  if (status === 403) return 'Check that your account may use this server.';
  if (status === 404 || status === 405) return 'Check that the URL is that of the MCP endpoint.';
  if (status === 429) return 'Wait a moment, then try again.';
  if (status >= 500) return 'Try again later; if it goes on, tell the operator of the server.';
  if (status >= 300 && status < 400) return 'Set the final URL in the server entry.';
  return 'Check the URL, the headers and the protocol version of the server.';
}
