// A message as a person may see it in a trace: its shape, without what it carries. Payloads become names and types, values
// of fields that are named like credentials are hidden, and every other text goes through the redactor.
import { META } from '../connections/era.ts';

/** The longest text that is given, in UTF-16 units. */
const LONGEST = 4_000;
const LONGEST_STRING = 300;
const MOST_ITEMS = 20;
const MOST_DEPTH = 12;

/** Members below which values are replaced by their types: what people and servers say to each other. */
const PAYLOADS = new Set([
  '_meta',
  'arguments',
  'blob',
  'content',
  'contents',
  'data',
  'inputResponses',
  'messages',
  'requestState',
  'structuredContent',
  'systemPrompt',
  'text',
]);
const CREDENTIAL = /token|secret|passw|authorization|api[-_]?key|credential|cookie/i;
/** Named like credentials, and none. */
const HARMLESS = new Set(['maxTokens', 'progressToken', 'inputTokens', 'outputTokens']);
/** Kinds of content blocks: words of the protocol, whatever they stand below. */
const BLOCK_TYPES = new Set(['audio', 'image', 'resource', 'resource_link', 'text', 'tool_result', 'tool_use']);
const PLAIN_META = new Set<string>([META.protocolVersion, META.clientInfo, META.serverInfo, META.logLevel]);

/** `json`, indented, masked and cut at 4,000 characters; empty when it is no JSON. `redact` hides known secrets. */
export function maskedText(json: string, redact: (text: string) => string): string {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return '';
  }
  const text = JSON.stringify(mask(value, { redact, payload: false, depth: 0 }), null, 2);
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}

interface Way {
  readonly redact: (text: string) => string;
  readonly payload: boolean;
  readonly depth: number;
}

function mask(value: unknown, way: Way): unknown {
  if (typeof value === 'string') return maskString(value, way);
  if (value === null) return way.payload ? '‹null›' : null;
  if (typeof value !== 'object') return way.payload ? `‹${typeof value}›` : value;
  const below = { ...way, depth: way.depth + 1 };
  if (below.depth > MOST_DEPTH) return '‹deeper›';
  if (Array.isArray(value)) {
    const shown = value.slice(0, MOST_ITEMS).map((item) => mask(item, below));
    return value.length > MOST_ITEMS ? [...shown, `‹${value.length - MOST_ITEMS} more›`] : shown;
  }
  const members = Object.entries(value);
  const shown = members
    .slice(0, MOST_ITEMS * 3)
    .map(([key, member]): [string, unknown] => [way.redact(key).slice(0, 100), maskMember(key, member, below)]);
  return Object.fromEntries(
    members.length > shown.length ? [...shown, ['‹more›', members.length - shown.length]] : shown,
  );
}

function maskMember(key: string, value: unknown, way: Way): unknown {
  if (CREDENTIAL.test(key) && !HARMLESS.has(key)) return '‹hidden›';
  if (key === 'type' && typeof value === 'string' && BLOCK_TYPES.has(value)) return value;
  if (PLAIN_META.has(key)) return mask(value, { ...way, payload: false });
  return mask(value, PAYLOADS.has(key) ? { ...way, payload: true } : way);
}

function maskString(value: string, { redact, payload }: Way): string {
  if (payload) return `‹text, ${value.length} characters›`;
  const clean = redact(value);
  return clean.length > LONGEST_STRING ? `${clean.slice(0, LONGEST_STRING - 1)}…` : clean;
}
