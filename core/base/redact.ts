// Takes secrets out of text that is about to be written or shown: values that are known, in the forms in which they
// travel, and shapes of tokens that are well known. The last line of defence: whoever logs must not rely on it.

export const REDACTED = '[redacted]';
/** Shorter values would black out ordinary words; they are no secrets anyone should have. */
const MIN_SECRET_LENGTH = 4;

/** Shapes of well-known credentials. Every pattern is linear: no nested repetition. */
const TOKEN_SHAPES: readonly RegExp[] = [
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[^-]*(?:-----END [A-Z ]{0,40}PRIVATE KEY-----)?/g,
  /\beyJ[\w-]{8,}\.[\w-]{4,}\.[\w-]*/g,
  /\b(?:gh[oprsu]_|github_pat_|glpat-|npm_|hf_|lin_api_|ntn_|secret_|xapp-)[\w-]{16,}/g,
  /\bxox[a-z]-[\w-]{10,}/g,
  /\b(?:sk|pk|rk)[-_][\w-]{16,}/g,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /\bAIza[\w-]{30,}/g,
];
/** Kept in front, value replaced: schemes, URL passwords, parameters and fields whose name says what they hold. */
const NAMED_SHAPES: readonly RegExp[] = [
  /(\b(?:bearer|basic)\s+)[\w.~+/=-]{8,}/gi,
  /(:\/\/[^\s/:@]{0,256}:)[^\s/@]{1,1024}(?=@)/g,
  /([?&;](?:access_token|refresh_token|id_token|token|api[_-]?key|key|secret|password|code|sig|signature)=)[^\s&#"'\\]{1,4096}/gi,
  /("(?:[\w-]{0,64}(?:token|secret|password|passwd|api[_-]?key|authorization))"\s*:\s*")[^"\\]{1,4096}/gi,
];

/** Known secrets and the pattern that finds them. Counted: a value added twice must be removed twice. */
export class Redactor {
  readonly #counts = new Map<string, number>();
  #known: RegExp | undefined;
  #stale = false;

  /** From now on `value` is found in plain, base64 (at any alignment), hex, URL-encoded and JSON-escaped form. */
  addSecret(value: string): void {
    if (value.length < MIN_SECRET_LENGTH) return;
    this.#counts.set(value, (this.#counts.get(value) ?? 0) + 1);
    this.#stale = true;
  }

  removeSecret(value: string): void {
    const count = this.#counts.get(value);
    if (count === undefined) return;
    if (count > 1) this.#counts.set(value, count - 1);
    else this.#counts.delete(value);
    this.#stale = true;
  }

  /** `text` with every known secret and every well-known token shape replaced by `[redacted]`. */
  redact(text: string): string {
    if (this.#stale) this.#rebuild();
    let out = this.#known === undefined ? text : text.replace(this.#known, REDACTED);
    for (const shape of TOKEN_SHAPES) out = out.replace(shape, REDACTED);
    for (const shape of NAMED_SHAPES) out = out.replace(shape, `$1${REDACTED}`);
    return out;
  }

  #rebuild(): void {
    this.#stale = false;
    const forms = new Set([...this.#counts.keys()].flatMap(formsOf));
    const longestFirst = [...forms].sort((a, b) => b.length - a.length);
    this.#known = longestFirst.length === 0 ? undefined : new RegExp(longestFirst.map(escapePattern).join('|'), 'g');
  }
}

function escapePattern(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
}

function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret, 'utf8');
  const escaped = JSON.stringify(secret).slice(1, -1);
  const encoded = encodeURIComponent(secret);
  return [
    secret,
    escaped,
    JSON.stringify(escaped).slice(1, -1),
    encoded,
    encoded.replaceAll('%20', '+'),
    encoded.replaceAll(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase()),
    ...(bytes.length < 6 ? [] : [bytes.toString('hex'), ...[0, 1, 2].flatMap((offset) => base64At(bytes, offset))]),
  ];
}

/** The base64 characters that depend on `bytes` alone when `offset` other bytes come before it (`user:` in Basic). */
function base64At(bytes: Buffer, offset: number): string[] {
  const all = Buffer.concat([Buffer.alloc(offset), bytes]);
  const first = Math.ceil((offset * 8) / 6);
  const last = Math.floor((all.length * 8) / 6);
  return (['base64', 'base64url'] as const).map((form) => all.toString(form).slice(first, last));
}
