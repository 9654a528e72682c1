// One JSON-RPC message as it travels through Portolan: the exact bytes that are forwarded and one parse of them.
// No schema is applied: members that we do not know pass untouched. (JSON-RPC 2.0; MCP 2025-11-25, Base protocol)
import { type ErrorData, PortolanError } from '../../shared/errors.ts';
import type { JsonObject } from '../base/json-object.ts';
import { arrayItems, isPlainUtf8, type JsonProblem, type JsonScan, scanJson } from '../base/json-scan.ts';

/** The longest message that is read, in bytes. */
export const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;

/** The most messages that one batch may hold. */
const MAX_BATCH_ITEMS = 100;

export const PARSE_ERROR = -32_700;
export const INVALID_REQUEST = -32_600;

export interface Frame {
  /** The exact JSON text: no line ending, no raw newline inside. */
  readonly bytes: Buffer;
  /** What JSON.parse makes of it. Numbers may have lost precision: forward `bytes`, and tell ids apart by `id`. */
  readonly message: JsonObject;
  readonly kind: 'request' | 'notification' | 'response';
  /** Exact source text of the top-level id: `1`, `"a"`, `9007199254740993`; `null` only in an error response. */
  readonly id: string | undefined;
  readonly method: string | undefined;
  /** `Mcp-Param-*` headers that came with it over HTTP, to be sent on where they are not our own. (MCP 2026-07-28, Transports, Custom Headers) */
  readonly extraHeaders?: Readonly<Record<string, string>>;
}

/**
 * Reads one message. The bytes are kept as they came, except that raw newlines between tokens are dropped. From clients a
 * repeated key is refused at any level and so is an unpaired surrogate, since two readers of such a text may see two different
 * calls; a server's text is checked at the top level only and is otherwise forwarded as it is.
 * @throws PortolanError FRAME_INVALID with data.rpcCode (-32700 unreadable, -32600 not one JSON-RPC message) and, when known, data.id.
 */
export function parseFrame(bytes: Buffer, from: 'client' | 'server'): Frame {
  if (!isPlainUtf8(bytes)) throw invalid(PARSE_ERROR, 'The message is not plain UTF-8.');
  const scan = scanJson(bytes, from === 'client' ? 'all' : 'top');
  if (scan.problem !== undefined) throw refused(scan, scan.problem);
  const text = bytes.toString('utf8');
  const message = parseJson(text);
  if (scan.top === 'array')
    throw invalid(INVALID_REQUEST, 'The message is a batch, which this protocol version does not have.');
  if (!isJsonObject(message)) throw invalid(INVALID_REQUEST, 'The message is not a JSON object.');
  if (from === 'client' && SURROGATE_ESCAPE.test(text) && !isWellFormed(message)) {
    throw invalid(INVALID_REQUEST, 'The message holds an unpaired surrogate.', scan);
  }
  return classify(toSingleLine(bytes), message, scan);
}

/**
 * The messages of a JSON-RPC batch, each as its own frame. Batches exist in MCP 2025-03-26 only.
 * @throws PortolanError FRAME_INVALID when it is no batch, is empty, holds more than 100 messages, or one of them is refused.
 */
export function splitBatch(bytes: Buffer, from: 'client' | 'server'): Frame[] {
  if (!isPlainUtf8(bytes)) throw invalid(PARSE_ERROR, 'The batch is not plain UTF-8.');
  const scan = scanJson(bytes, 'top');
  if (scan.problem !== undefined) throw refused(scan, scan.problem);
  parseJson(bytes.toString('utf8'));
  return batchItems(bytes, scan).map((item) => parseFrame(item, from));
}

/**
 * The texts of a batch's messages. `bytes` is valid JSON, and `scan` what was seen in it.
 * @throws PortolanError FRAME_INVALID when it is no batch, is empty or holds more than 100 messages
 */
export function batchItems(bytes: Buffer, scan: JsonScan): Buffer[] {
  const items = scan.top === 'array' ? arrayItems(bytes, MAX_BATCH_ITEMS) : [];
  if (items.length === 0) throw invalid(INVALID_REQUEST, 'The batch holds no message.');
  if (items.length > MAX_BATCH_ITEMS) {
    throw invalid(INVALID_REQUEST, `The batch holds more than ${String(MAX_BATCH_ITEMS)} messages.`);
  }
  return items;
}

/** A message of our own as a frame. It must be a JSON-RPC message: FRAME_INVALID otherwise. */
export function frameOf(message: object): Frame {
  return parseFrame(Buffer.from(JSON.stringify(message)), 'server');
}

/** An error response. `id` is the source text of the request's id, put into the bytes as it is; null when it is not known. */
export function errorFrame(id: string | null, code: number, message: string, data?: object): Frame {
  const error = JSON.stringify({ code, message, data });
  return parseFrame(Buffer.from(`{"jsonrpc":"2.0","id":${id ?? 'null'},"error":${error}}`), 'server');
}

/**
 * JSON text on one line. Valid JSON has no raw CR or LF but between tokens, where they mean nothing: dropping them keeps
 * the message. Only for text that JSON.parse accepts. Returns the same buffer when there are none.
 */
export function toSingleLine(bytes: Buffer): Buffer {
  if (!bytes.includes(0x0a) && !bytes.includes(0x0d)) return bytes;
  const line = Buffer.allocUnsafe(bytes.length);
  let used = 0;
  for (const byte of bytes) {
    if (byte !== 0x0a && byte !== 0x0d) line[used++] = byte;
  }
  return line.subarray(0, used);
}

/**
 * A key under which equal ids meet, whatever their spelling: a server may answer `"\u0061"` with `"a"`. Numbers beyond
 * 2^53 and fractions count by their spelling, so that no answer goes to another request; the gateway, which keeps apart
 * what a client may confuse, has the coarser `doubleIdKey`.
 */
export function exactIdKey(source: string): string {
  const value: unknown = JSON.parse(source);
  return typeof value === 'string' || Number.isSafeInteger(value) ? JSON.stringify(value) : source;
}

const SURROGATE_ESCAPE = /\\u[dD][89a-fA-F]/;

/**
 * The frame of one message: `message` is what `bytes`, valid JSON on one line, hold.
 * @throws PortolanError FRAME_INVALID when it is no JSON-RPC message
 */
export function classify(bytes: Buffer, message: JsonObject, scan: JsonScan): Frame {
  if (message['jsonrpc'] !== '2.0') throw invalid(INVALID_REQUEST, 'The message is not JSON-RPC 2.0.', scan);
  const isAnswer = Object.hasOwn(message, 'result') || Object.hasOwn(message, 'error');
  if (!Object.hasOwn(message, 'method')) {
    if (!isAnswer) throw invalid(INVALID_REQUEST, 'The message has neither a method nor a result nor an error.', scan);
    return { bytes, message, kind: 'response', id: responseId(message, scan), method: undefined };
  }
  const method = message['method'];
  if (typeof method !== 'string') throw invalid(INVALID_REQUEST, 'The method is not a string.', scan);
  if (isAnswer) throw invalid(INVALID_REQUEST, 'The message is both a request and a response.', scan);
  if (scan.id === undefined) return { bytes, message, kind: 'notification', id: undefined, method };
  return { bytes, message, kind: 'request', id: requestId(scan), method };
}

function requestId(scan: JsonScan): string {
  const id = knownId(scan);
  if (id === undefined) throw invalid(INVALID_REQUEST, 'The id is neither a string nor a number.');
  return id;
}

/** An error about an unreadable request has the id null (JSON-RPC 2.0 section 5) or, since MCP 2025-11-25, none. */
function responseId(message: JsonObject, scan: JsonScan): string | undefined {
  const id = knownId(scan);
  if (id !== undefined) return id;
  if (!Object.hasOwn(message, 'error')) throw invalid(INVALID_REQUEST, 'The result has no usable id.');
  if (scan.id === undefined) return undefined;
  if (message['id'] !== null) throw invalid(INVALID_REQUEST, 'The id is neither a string nor a number.');
  return 'null';
}

/** The id when it is a string or a number. */
function knownId(scan: JsonScan): string | undefined {
  if (scan.id?.kind !== 'scalar') return undefined;
  return /^["\-0-9]/.test(scan.id.source) ? scan.id.source : undefined;
}

export function refused(scan: JsonScan, problem: JsonProblem): PortolanError {
  return problem === 'too-deep'
    ? invalid(INVALID_REQUEST, 'The message is nested too deeply.', scan)
    : invalid(INVALID_REQUEST, 'The message repeats a key.', scan);
}

export function invalid(rpcCode: number, cause: string, scan?: JsonScan): PortolanError {
  const id = scan === undefined ? undefined : safeId(scan);
  const data: ErrorData = id === undefined ? { rpcCode } : { rpcCode, id };
  return new PortolanError('FRAME_INVALID', cause, { data });
}

/** The id of a message that is refused, when it can be put into an answer: the text around it may not even be JSON. */
function safeId(scan: JsonScan): string | undefined {
  const id = knownId(scan);
  if (id === undefined) return undefined;
  try {
    JSON.parse(id);
    return id;
  } catch {
    return undefined;
  }
}

/** JSON.parse without its message, which quotes the text. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid(PARSE_ERROR, 'The message is not valid JSON.');
  }
}

function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isWellFormed(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed();
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([key, member]) => key.isWellFormed() && isWellFormed(member));
}
