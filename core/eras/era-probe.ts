// Finds out which generation of the protocol a server speaks by asking `server/discover`. It opens, ends and stores nothing.
// (MCP 2026-07-28, stdio and Streamable HTTP, "Backward Compatibility")
import { randomUUID } from 'node:crypto';
import { PortolanError } from '../../shared/errors.ts';
import { VERSION } from '../../shared/version.ts';
import type { Clock } from '../base/clock.ts';
import { objectOf } from '../base/json-object.ts';
import { DISCOVER, LEGACY_VERSIONS, META, MODERN_VERSIONS, OWN_EXTENSIONS } from '../connections/era.ts';
import { type Frame, frameOf } from '../connections/frame.ts';
import type { Upstream } from '../connections/upstream.ts';
import { type DiscoverResult, readDiscoverResult } from './discover-result.ts';
import type { ProbeFeed } from './probe-feed.ts';

/** `discovered` is absent when the server showed by an error that it is modern. */
export type Verdict =
  | { readonly era: 'modern'; readonly version: string; readonly discovered?: DiscoverResult }
  | { readonly era: 'legacy' };

type Answer = { readonly frame: Frame } | { readonly failure: PortolanError };

const LEGACY: Verdict = { era: 'legacy' };
const UNSUPPORTED_VERSION = -32_022;
/** Errors that only a modern server makes: refused headers, a missing capability, a version it does not speak. */
const MODERN_ERRORS = new Set<unknown>([-32_020, -32_021, UNSUPPORTED_VERSION]);
/** Refusals that say nothing of the protocol: the request was not looked at. */
const NOT_NOW = new Set<unknown>([401, 403, 408, 429]);

/**
 * Sends `server/discover` over a connection that was opened as modern and resolves with what the server is. Over stdio every other
 * answer than a modern one, silence and the end mean legacy; over HTTP only what an HTTP server has answered counts.
 * `timeoutMs`: for all tries together. `versions`: those to ask for, the best first.
 * @throws PortolanError when nothing can be concluded, so that no verdict may be stored: what the connection failed with,
 *   NEEDS_SIGN_IN, HTTP_STATUS (403, 408, 429, 3xx, 5xx), REQUEST_TIMEOUT, and UNSUPPORTED when no version is common
 */
export async function probeEra(
  upstream: Pick<Upstream, 'send' | 'transport'>,
  feed: ProbeFeed,
  options: { readonly clock: Clock; readonly timeoutMs: number; readonly versions?: readonly string[] },
): Promise<Verdict> {
  const { clock, timeoutMs, versions = MODERN_VERSIONS } = options;
  const isProcess = upstream.transport === 'stdio';
  let timedOut: (error: PortolanError) => void = () => undefined;
  const timeout = new Promise<Answer>((resolve) => {
    timedOut = (failure) => resolve({ failure });
  });
  const timer = clock.setTimeout(() => timedOut(silence(timeoutMs)), timeoutMs);
  try {
    const tried: string[] = [];
    for (let version = versions[0]; version !== undefined; ) {
      tried.push(version);
      const answer = await Promise.race([ask(upstream, feed, version), timeout]);
      if ('failure' in answer) {
        if (isProcess || isRefusal(answer.failure)) return LEGACY;
        throw answer.failure;
      }
      const judged = judge(answer.frame, version, versions);
      if (judged.next === undefined || tried.includes(judged.next)) return judged.verdict;
      version = judged.next;
    }
    return LEGACY;
  } finally {
    timer.cancel();
  }
}

/** Resolves with the answer to one `server/discover`, or with why there is none. */
function ask(upstream: Pick<Upstream, 'send'>, feed: ProbeFeed, version: string): Promise<Answer> {
  const request = discoverRequest(version);
  return new Promise((resolve) => {
    feed.listen({
      onAnswer: (frame) => {
        if (frame.id !== request.id) return false;
        resolve({ frame });
        return true;
      },
      onFailed: (id, failure) => {
        if (id !== request.id) return false;
        resolve({ failure });
        return true;
      },
      onClosed: (failure) => resolve({ failure }),
    });
    upstream.send(request);
  });
}

function discoverRequest(version: string): Frame {
  const params = {
    _meta: {
      [META.protocolVersion]: version,
      [META.clientInfo]: { name: 'Portolan', version: VERSION },
      [META.clientCapabilities]: { extensions: OWN_EXTENSIONS },
    },
  };
  return frameOf({ jsonrpc: '2.0', id: `portolan-${randomUUID()}`, method: DISCOVER, params });
}

/** `next`: another version to ask for first; the verdict holds when that has been tried. */
function judge(frame: Frame, asked: string, versions: readonly string[]): { verdict: Verdict; next?: string } {
  const discovered = readDiscoverResult(frame);
  if (discovered !== undefined) {
    const version = common(discovered.supportedVersions, versions);
    return { verdict: version === undefined ? LEGACY : { era: 'modern', version, discovered } };
  }
  const error = objectOf(frame.message['error']);
  if (!MODERN_ERRORS.has(error?.['code'])) return { verdict: LEGACY };
  const verdict: Verdict = { era: 'modern', version: asked };
  const supported = objectOf(error?.['data'])?.['supported'];
  if (error?.['code'] !== UNSUPPORTED_VERSION || !Array.isArray(supported) || supported.length === 0)
    return { verdict };
  const next = common(
    supported.filter((version) => typeof version === 'string'),
    versions,
  );
  return next === undefined ? { verdict: LEGACY } : { verdict, next };
}

/**
 * The best modern version that both speak; undefined when the server speaks only legacy ones with us.
 * @throws PortolanError UNSUPPORTED when there is neither
 */
function common(supported: readonly string[], versions: readonly string[]): string | undefined {
  const version = versions.find((candidate) => supported.includes(candidate));
  if (version !== undefined || LEGACY_VERSIONS.some((candidate) => supported.includes(candidate))) return version;
  throw new PortolanError('UNSUPPORTED', 'The server speaks no protocol version that Portolan speaks.', {
    hint: 'Update Portolan or the server.',
    data: { supported: supported.slice(0, 10).join(', ').slice(0, 200) },
  });
}

/** True when an HTTP server has looked at the request and knows nothing of it. */
function isRefusal(error: PortolanError): boolean {
  const { status, reason } = error.data;
  switch (error.code) {
    case 'HTTP_STATUS':
      return typeof status === 'number' && status >= 400 && status < 500 && !NOT_NOW.has(status);
    case 'HTTP_UNEXPECTED_CONTENT':
    case 'FRAME_INVALID':
      return true;
    // With a reason it did not speak HTTP at all.
    case 'PROTOCOL_ERROR':
      return reason === undefined;
    default:
      return false;
  }
}

function silence(timeoutMs: number): PortolanError {
  return new PortolanError('REQUEST_TIMEOUT', `The server did not answer within ${timeoutMs / 1_000} seconds.`, {
    hint: 'Try again later, or set the protocol version of the server in its entry.',
    data: { sent: true, timeoutMs },
  });
}
