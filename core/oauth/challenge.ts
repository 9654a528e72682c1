// Reads WWW-Authenticate: which kinds of credentials a server asks for, and with which parameters. (RFC 9110 section 11.6.1)
// Written by hand because servers write it in many ways: it takes what is clear, passes over the rest, and looks at each byte once.

export interface Challenge {
  /** In lower case. */
  readonly scheme: string;
  /** Names in lower case; of a name that is given twice, the first value counts. */
  readonly params: Readonly<Record<string, string>>;
}

const TOKEN = /[!#$%&'*+\-.^_`|~0-9A-Za-z]+/y;
const TOKEN68 = /[A-Za-z0-9\-._~+/]+=*(?=[ \t]*(?:,|$))/y;
const SPACE = /[ \t]*/y;
const GAP = /[ \t,]*/y;
/** An unquoted value as it is found in the wild: anything up to a comma or a space. */
const LOOSE_VALUE = /[^\s,"]+/y;
const PLAIN_TEXT = /[^"\\]+/y;
const MAX_CHARS = 64 * 1024;

/** Every challenge in the header, or in its repetitions. Never throws; what is not a challenge is passed over. */
export function parseChallenges(header: string | readonly string[] | undefined): Challenge[] {
  const text = (typeof header === 'string' ? header : (header ?? []).join(', ')).slice(0, MAX_CHARS);
  const scanner = new Scanner(text);
  const found: { scheme: string; params: Record<string, string> }[] = [];
  for (;;) {
    scanner.take(GAP);
    if (scanner.isAtEnd) return found;
    const name = scanner.take(TOKEN).toLowerCase();
    if (name === '') {
      scanner.skipOne();
      continue;
    }
    const afterName = scanner.take(SPACE);
    if (scanner.takeChar('=')) {
      const value = scanner.value();
      const params = found.at(-1)?.params;
      if (params !== undefined && value !== undefined && !Object.hasOwn(params, name)) params[name] = value;
    } else {
      found.push({ scheme: name, params: Object.create(null) as Record<string, string> });
      if (afterName !== '') scanner.take(TOKEN68);
    }
  }
}

/** The challenge that says how to sign in: Bearer or DPoP, one that names the resource's metadata before others. */
export function signInChallenge(challenges: readonly Challenge[]): Challenge | undefined {
  const wanted = challenges.filter(({ scheme }) => scheme === 'bearer' || scheme === 'dpop');
  return wanted.find(({ params }) => params['resource_metadata'] !== undefined) ?? wanted[0];
}

class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  /** What matches a sticky pattern here; empty when nothing does. */
  take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const taken = pattern.exec(this.#text)?.[0] ?? '';
    this.#at += taken.length;
    return taken;
  }

  takeChar(char: string): boolean {
    if (this.#text[this.#at] !== char) return false;
    this.#at += 1;
    return true;
  }

  /** One character that begins nothing; a quoted text as a whole, so that nothing inside it is taken for a challenge. */
  skipOne(): void {
    if (this.#text[this.#at] === '"') this.#quoted();
    else this.#at += 1;
  }

  /** A value after `=`; undefined when it is not there or its quotes are not closed. */
  value(): string | undefined {
    this.take(SPACE);
    if (this.#text[this.#at] === '"') return this.#quoted();
    const loose = this.take(LOOSE_VALUE);
    return loose === '' ? undefined : loose;
  }

  #quoted(): string | undefined {
    this.#at += 1;
    const parts: string[] = [];
    while (!this.isAtEnd) {
      parts.push(this.take(PLAIN_TEXT));
      if (this.takeChar('"')) return parts.join('');
      if (!this.takeChar('\\') || this.isAtEnd) return undefined;
      parts.push(this.#text[this.#at] ?? '');
      this.#at += 1;
    }
    return undefined;
  }
}
