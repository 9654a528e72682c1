// What every part logs through: levels, a message and flat fields. It knows no file; whoever makes the logger gives it
// a sink and what redacts. Messages and fields never hold a payload, a token or a secret on purpose.

/** Facts beside a message: numbers, names, codes. Errors are turned into their code and message. */
export type LogFields = Readonly<Record<string, unknown>>;

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export interface Logger {
  debug(msg: string, fields?: LogFields): void;
  info(msg: string, fields?: LogFields): void;
  warn(msg: string, fields?: LogFields): void;
  error(msg: string, fields?: LogFields): void;
  /** A logger that adds `fields` to every line. */
  child(fields: LogFields): Logger;
}

const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];
/** A line longer than this is cut: one huge message must not fill the log. */
const MAX_LINE_CHARS = 16_384;

/**
 * A logger that writes one JSON object per line to `write`: `at` (RFC 3339), `level`, `msg`, then the fields.
 * `write` gets the line without its line ending, after `redact`. It never throws for a field that JSON cannot hold.
 */
export function createLogger(
  write: (line: string) => void,
  options: { level?: LogLevel; fields?: LogFields; now?: () => number; redact?: (text: string) => string } = {},
): Logger {
  const { level = 'info', fields = {}, now = Date.now, redact = (text) => text } = options;
  const lowest = LEVELS.indexOf(level);
  const at = (rank: LogLevel) => (msg: string, more?: LogFields) => {
    if (LEVELS.indexOf(rank) < lowest) return;
    const line = { at: new Date(now()).toISOString(), level: rank, msg, ...fields, ...more };
    const text = redact(safeStringify(line));
    write(text.length <= MAX_LINE_CHARS ? text : cutLine(line, redact));
  };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (more) => createLogger(write, { level, now, redact, fields: { ...fields, ...more } }),
  };
}

/** A logger that keeps nothing. */
export const silentLogger: Logger = createLogger(() => undefined);

/** Redacted before it is cut: half a secret would not be known for one. */
function cutLine({ at, level, msg }: LogFields, redact: (text: string) => string): string {
  return redact(safeStringify({ at, level, msg: `${redact(String(msg)).slice(0, 8_000)} [cut]` }));
}

function safeStringify(value: Record<string, unknown>): string {
  const seen = new WeakSet<object>();
  return JSON.stringify(value, (_key, item: unknown) => {
    if (typeof item === 'bigint') return item.toString();
    if (typeof item !== 'object' || item === null) return item;
    if (item instanceof Error) return describeError(item);
    if (seen.has(item)) return '[again]';
    seen.add(item);
    return item;
  });
}

function describeError(error: Error): Record<string, unknown> {
  const code: unknown = 'code' in error ? error.code : undefined;
  return { name: error.name, message: error.message, ...(code === undefined ? {} : { code }), stack: error.stack };
}
