// Writes down every call: the intent before any byte of it leaves, the outcome after. A call whose intent cannot be written is
// refused. It must not put arguments or results into the log unless the server's entry asks for it.
import { assertNever } from '../../../shared/assert-never.ts';
import { type PortolanError, toPortolanError } from '../../../shared/errors.ts';
import type { ServerOptions } from '../../../shared/model/server-entry.ts';
import type { AuditEvent } from '../../audit/audit-event.ts';
import { digest } from '../../audit/digest.ts';
import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import type { Frame } from '../../connections/frame.ts';
import { objectOf, textOf } from '../../base/json-object.ts';
import { type Ending, type Exchange, resultOf } from '../exchange.ts';
import type { Interceptor } from '../interceptor.ts';
import { memberSource } from '../../base/json-splice.ts';
import type { AuditSink } from '../ports.ts';

type Capture = ServerOptions['capture'];

/** The most characters of a payload that a record keeps. */
const MAX_PAYLOAD_CHARS = 64 * 1024;

/** No secret is longer, in any of its spellings. */
const MAX_SECRET_CHARS = 64 * 1024;

const AUDITED: ReadonlySet<string> = new Set(['tools/call', 'resources/read', 'prompts/get']);

/** True for the requests that read or change something through the server, and so are recorded. */
export function isAudited(method: string): boolean {
  return AUDITED.has(method);
}

export interface AuditCallsOptions {
  readonly audit: AuditSink;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Wait until the intent is on the disk before the call goes out. */
  readonly strict: () => boolean;
  readonly captureOf: (server: string) => Capture;
  /** Without it, `redacted` capture keeps digests only. */
  readonly redact: ((text: string) => string) | undefined;
}

/**
 * `argumentsDigest` is the SHA-256 of the exact source bytes of `params.arguments` (of `params` for resources/read), as the
 * client wrote them and the server gets them (but for the trace context in `params._meta`); `resultDigest` that of the whole response frame without its line ending, as the
 * client gets it. So both can be checked against a transcript, and neither needs a second serialisation.
 */
export function auditCalls(options: AuditCallsOptions): Interceptor {
  const { audit, clock, logger, strict } = options;
  return {
    name: 'audit-calls',
    before(exchange) {
      if (!isAudited(exchange.method)) return undefined;
      exchange.intent = audit.append(intentOf(exchange, options)).id;
      return strict() ? audit.flushed() : undefined;
    },
    after(exchange, ending) {
      if (exchange.intent === undefined) return;
      const tookMs = Math.round((clock.monotonic() - exchange.startedAt) * 1000) / 1000;
      try {
        exchange.outcome = audit.append({ ...outcomeOf(exchange, ending, options), tookMs }).id;
      } catch (error) {
        // The answer cannot be taken back. The open intent tells that the end is not recorded, and the next call is refused.
        logger.error('an outcome could not be recorded', {
          server: exchange.session.server,
          error: toPortolanError(error),
        });
      }
    },
  };
}

function subjectOf({ session, method, id, frame }: Exchange) {
  const name = method === 'resources/read' ? undefined : textOf(objectOf(frame.message['params'])?.['name']);
  return {
    client: session.caller,
    server: session.server,
    session: session.id,
    method,
    requestId: id,
    ...(name !== undefined && method === 'tools/call' && { tool: name }),
    ...(name !== undefined && method === 'prompts/get' && { what: `${method} ${name}` }),
  };
}

function intentOf(exchange: Exchange, options: AuditCallsOptions): AuditEvent {
  const subject = subjectOf(exchange);
  const capture = options.captureOf(exchange.session.server);
  const path = exchange.method === 'resources/read' ? ['params'] : ['params', 'arguments'];
  const source = capture === 'none' ? undefined : memberSource(exchange.frame.bytes, path);
  return {
    kind: 'call.intent',
    outcome: 'allowed',
    ...subject,
    ...(source !== undefined && {
      argumentsDigest: digest(source),
      argumentsBytes: source.length,
      ...payloadOf(source, capture, options),
    }),
  };
}

function outcomeOf(exchange: Exchange, ending: Ending, options: AuditCallsOptions): AuditEvent {
  const event = { kind: 'call.outcome', related: exchange.intent ?? '', ...subjectOf(exchange) } as const;
  switch (ending.kind) {
    case 'answered':
      return { ...event, ...verdictOf(ending.frame), ...resultFacts(exchange, ending.frame, options) };
    case 'failed': {
      const { code, message } = ending.error;
      return { ...event, outcome: failureOutcome(exchange, ending.error), reason: { code, message } };
    }
    case 'cancelled':
      return {
        ...event,
        outcome: 'cancelled',
        ...(ending.by === 'departure' && {
          reason: { code: 'SESSION_LOST', message: 'The client left before the answer.' },
        }),
      };
    default:
      return assertNever(ending);
  }
}

/** What a person or a policy has not allowed is denied. A request that timed out after it was sent may still be carried out. */
function failureOutcome({ sent }: Exchange, { code }: PortolanError): AuditEvent['outcome'] {
  if (code === 'APPROVAL_NEEDED' || code === 'POLICY_DENIED') return 'denied';
  return code === 'OUTCOME_UNKNOWN' || (code === 'REQUEST_TIMEOUT' && sent) ? 'unknown' : 'error';
}

/** The server's own words stay out of the log: they may quote the arguments. */
function verdictOf(answer: Frame): Pick<AuditEvent, 'outcome' | 'reason'> {
  const error = answer.message['error'];
  if (error !== undefined) {
    const number = objectOf(error)?.['code'];
    return {
      outcome: 'error',
      reason: { code: `RPC_${String(number)}`, message: 'The server answered with an error.' },
    };
  }
  if (resultOf(answer)?.['isError'] !== true) return { outcome: 'allowed' };
  return { outcome: 'error', reason: { code: 'TOOL_ERROR', message: 'The result says that the tool failed.' } };
}

function resultFacts({ session }: Exchange, { bytes }: Frame, options: AuditCallsOptions): Partial<AuditEvent> {
  const capture = options.captureOf(session.server);
  const facts = { resultBytes: bytes.length };
  if (capture === 'none') return facts;
  return { ...facts, resultDigest: digest(bytes), ...payloadOf(bytes, capture, options) };
}

/** The beginning of a payload. No more of it is decoded and searched than that takes, however long it is. */
function payloadOf(source: Buffer, capture: Capture, { redact }: AuditCallsOptions): { payload?: string } {
  if (capture === 'full') return { payload: beginningOf(source, MAX_PAYLOAD_CHARS).slice(0, MAX_PAYLOAD_CHARS) };
  if (capture !== 'redacted' || redact === undefined) return {};
  const seen = beginningOf(source, MAX_PAYLOAD_CHARS + MAX_SECRET_CHARS);
  const isCut = seen.length > MAX_PAYLOAD_CHARS + MAX_SECRET_CHARS;
  const text = redact(seen);
  // Where the text was cut, a secret may have been cut too, and not been known for one.
  const end = isCut ? Math.max(0, text.length - MAX_SECRET_CHARS) : text.length;
  return { payload: text.slice(0, Math.min(end, MAX_PAYLOAD_CHARS)) };
}

/** At least the first `chars` characters, if there are so many: none takes more than three bytes, and a pair of them four. */
function beginningOf(source: Buffer, chars: number): string {
  return source.toString('utf8', 0, 4 * chars);
}
