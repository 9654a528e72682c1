// Tells a literal secret from an ordinary value, by the name it goes under and by its own shape.
// A guess by design: it decides what is refused or lifted into the keychain, never what is safe to show.

/** A secret found in a URL; `value` is the exact text in the URL, percent-encoding included. */
export interface UrlSecret {
  readonly part: 'userinfo' | 'query';
  readonly name: string;
  readonly value: string;
}

/** A secret found in an argument list; `value` is a part of `args[index]`. */
export interface ArgSecret {
  readonly index: number;
  readonly name: string;
  readonly value: string;
}

const SECRET_WORDS = new Set(
  'apikey auth authorization bearer credential credentials jwt mnemonic pass passcode passphrase passwd password passwords pat psk pw pwd secret secrets token'.split(
    ' ',
  ),
);
/** Written together with what they belong to, as in PGPASSWORD. */
const SECRET_ENDING = /(?:password|passwd|passphrase|apikey|secret|token)$/;
/** `key` alone is too common (KEYBOARD, PUBLIC_KEY): it counts after one of these, and elsewhere for what looks random. */
const KEY_KINDS = new Set(
  'access account admin api app auth client encryption license master private secret service session shared signing subscription'.split(
    ' ',
  ),
);
/** Headers such as `Idempotency-Key` name a thing, and let nobody in. */
const NO_ACCESS_KEYS = new Set('cache idempotency partition public routing sort surrogate'.split(' '));
/** A name that ends so speaks about a secret but holds something else. */
const HARMLESS_ENDINGS = new Set(
  (
    'algorithm arn audience backend budget cache count dir directory disabled enabled endpoint env expires expiry file format header helper host hostname id in ' +
    'issuer length lifetime limit max method min minutes mode ms name path policy port prefix provider realm required scheme scope scopes seconds server ' +
    'size store timeout ttl type uri url user username version'
  ).split(' '),
);
const HARMLESS_VALUE =
  /^(?:true|false|yes|no|on|off|none|null|undefined|auto|default|required|optional|enabled|disabled|basic|bearer|digest|oauth2?|oidc|token|apikey|api[-_]key|jwt|saml|ldap|n\/a|\d)$/i;
const PLACEHOLDER =
  /^(?:<[^<>]*>|\[[^[\]]*\]|\{[^{}":]*\}|change[-_ ]?(?:me|it|this)|replace[-_ ]?(?:me|this)|todo|tbd|placeholder|dummy|redacted|[A-Za-z0-9_-]{0,12}?(?:x{3,}|X{3,}|\*{3,}|\.{3,}|•+|…)|(?:[A-Za-z]{2,10}[-_])?(?:your|insert|enter|paste|put)[-_ ].*)$/i;
/** Of a shell, of other programs. In a command line more may follow. */
const FOREIGN_REFERENCE =
  /^(?:["']?\$[A-Za-z_][A-Za-z0-9_]*["']?(?:\s.*)?|["']?\$\(.*|%[A-Za-z_][A-Za-z0-9_]*%|\{(?:env|file):[^{}]*\}|op:\/\/\S+)$/s;
const PLAIN_PATH =
  /^(?:[\w./\\-]{1,200}\.(?:json|ya?ml|toml|ini|env|txt|pem|key|crt|p12|pfx)$|~[/\\]|\.{1,2}[/\\]|[A-Za-z]:[/\\]|\/(?:home|Users|etc|run|var|opt|tmp|root|mnt|usr|srv|private|Library|Applications|app|data|workspace)\/)/;

/** Shapes that are secrets under any name. */
const KNOWN_SHAPES: readonly RegExp[] = [
  /\b(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{10,}/,
  /\bsk-[A-Za-z0-9_-]{16,}/,
  /\b(?:ghp|gho|ghu|ghs|ghr)_[A-Za-z0-9]{16,}/,
  /\bgithub_pat_[A-Za-z0-9_]{16,}/,
  /\bgl(?:pat|rt|dt|ptt|cbt|ft|soat|agent)-[A-Za-z0-9_-]{16,}/,
  /\b(?:xox[abeoprs]|xapp)-[A-Za-z0-9-]{10,}/,
  /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/,
  /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\./,
  /\bAIza[A-Za-z0-9_-]{30,}/,
  /\bya29\.[A-Za-z0-9_-]{16,}/,
  /\b(?:hf|npm|gsk|r8|ntn|pul|dp|sbp|glsa|whsec)_[A-Za-z0-9]{20,}/,
  /\bsecret_[A-Za-z0-9]{32,}/,
  /\b(?:dop_v1|doo_v1|shpat|shpss|lin_api|figd|tvly|pplx|fc|phx|PMAK|sntrys|dckr_pat|AGE-SECRET-KEY|GOCSPX|NRAK|xai)[_-][A-Za-z0-9_-]{16,}/,
  /\bpypi-[A-Za-z0-9_-]{16,}/,
  /\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}/,
  /\bhv[sb]\.[A-Za-z0-9_-]{20,}/,
  /\bATATT3x[A-Za-z0-9_=-]{20,}/,
  /\bdapi[0-9a-f]{32}\b/,
  /\bkey-[0-9a-f]{32}\b/,
  /\bpat[A-Za-z0-9]{14}\.[0-9a-f]{64}\b/,
  /\b\d{8,10}:AA[A-Za-z0-9_-]{30,}/,
  /\bdiscord(?:app)?\.com\/api\/webhooks\/\d+\/[A-Za-z0-9_-]{20,}/,
  /\bhooks\.slack\.com\/services\/[A-Za-z0-9]+\/[A-Za-z0-9]+\/[A-Za-z0-9]+/,
  /-----BEGIN [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----/,
  /^(?:Bearer|Basic|Token) +[A-Za-z0-9._~+/=-]{12,}$/i,
];
const CONNECTION_PASSWORD = /[a-z][a-z0-9+.-]{0,30}:\/\/[^\s/?#:@]{0,200}:([^\s/?#@]{1,400})@/i;
/** Pairs within a connection string, a command line or JSON. What starts like a pattern is no value. */
const PAIRS = [
  /([A-Za-z_][A-Za-z0-9_.-]{0,60})=["']?([^\s;&"'=?.*<>()[\]{}\\$%][^\s;&"']*)/g,
  /"([A-Za-z_][A-Za-z0-9_.-]{0,60})"\s{0,8}:\s{0,8}"([^"\\]+)"/g,
];
/** The pairs of a cookie are named as the server likes: a long value is a session. */
const LONG_COOKIE = /=[^\s;]{16,}/;
const REFERENCE = /\$\{(?:secret|env|input):([^{}]*)\}|\$\{\{[^{}]*\}\}|\$\{[A-Za-z_][A-Za-z0-9_]*(?::-([^{}]*))?\}/g;
const NAMED = /^(?:--?)?([A-Za-z_][A-Za-z0-9_.-]{0,100})(?:=|:\s*(?!\/\/))(.*)$/s;
const AUTH_SCHEME = /^(?:Bearer|Basic|Token|ApiKey)(?: +|$)/i;

/**
 * True when `value`, standing under `name` (an environment variable, header, flag or query name; may be empty), is a
 * literal secret. References, empty values, placeholders, paths and plain words such as `true` are not.
 */
export function looksSecret(name: string, value: string): boolean {
  const fallbacks: string[] = [];
  let hasReference = false;
  const literal = value
    .replace(REFERENCE, (_all, inner?: string, fallback?: string) => {
      hasReference = true;
      fallbacks.push(fallback ?? afterDefaultMark(inner));
      return '';
    })
    .trim();
  // What a reference falls back to is a literal as well.
  if (fallbacks.some((fallback) => fallback !== '' && looksSecret(name, fallback))) return true;
  if (isHarmless(literal)) return false;
  if (KNOWN_SHAPES.some((shape) => shape.test(literal)) || hasConnectionPassword(literal)) return true;
  const pairs = PAIRS.flatMap((pair) => [...literal.matchAll(pair)]);
  if (pairs.some(([, field = '', text = '']) => fitsSecretName(field, text))) return true;
  if (/^(?:set-)?cookie$/i.test(name)) return LONG_COOKIE.test(literal);
  if (!fitsSecretName(name, literal)) return false;
  // Around a reference stands a scheme, a user name or a separator.
  return !hasReference || /[A-Za-z0-9+/_-]{16,}/.test(literal.replace(AUTH_SCHEME, ''));
}

/** True when `name` says that its value is a secret and `text` may be one, or when `name` is some key and `text` is random. */
function fitsSecretName(name: string, text: string): boolean {
  const bare = text.replace(AUTH_SCHEME, '').trim();
  if (isHarmless(bare) || PLAIN_PATH.test(bare) || isPlainUrl(bare)) return false;
  if (isSecretName(name)) return true;
  const words = wordsOf(name);
  return words.at(-1) === 'key' && words.at(-2) !== 'public' && isRandom(bare);
}

/** The name to judge the value of a header by: what some header calls its key is sent to be let in. */
export function headerName(name: string): string {
  const words = wordsOf(name);
  return words.at(-1) === 'key' && !NO_ACCESS_KEYS.has(words.at(-2) ?? '') ? 'api-key' : name;
}

/** Long, unbroken and with digits in it, as keys are and names are not. */
function isRandom(text: string): boolean {
  return (
    /^[A-Za-z0-9+/_-]{20,}={0,2}$/.test(text) && /[A-Za-z0-9]{12}/.test(text) && (text.match(/\d/g)?.length ?? 0) > 1
  );
}

/** Every literal secret in the user-info and the query of `url`; a text that is no URL has none. */
export function secretsInUrl(url: string): UrlSecret[] {
  const found: UrlSecret[] = [];
  const parts = /^[a-z][a-z0-9+.-]*:\/\/(?:([^/?#]*)@)?[^/?#]*[^?#]*(?:\?([^#]*))?/i.exec(url);
  if (parts === null) return found;
  const [, userinfo, query] = parts;
  if (userinfo !== undefined) {
    const colon = userinfo.indexOf(':');
    // A name alone is a person or, long and random, a key.
    const [name, as, value] =
      colon < 0 ? ['user', 'key', userinfo] : ['password', 'password', userinfo.slice(colon + 1)];
    if (looksSecret(as, decode(value))) found.push({ part: 'userinfo', name, value });
  }
  for (const pair of query?.split('&') ?? []) {
    const equals = pair.indexOf('=');
    if (equals < 0) continue;
    const [name, value] = [decode(pair.slice(0, equals)), pair.slice(equals + 1)];
    if (looksSecret(name === 'key' || name === 'sig' ? 'apikey' : name, decode(value))) {
      found.push({ part: 'query', name, value });
    }
  }
  return found;
}

/** Every literal secret in an argument list: `--token X`, `--token=X`, `NAME=X`, `Header: X`, URLs and known shapes. */
export function secretsInArgs(args: readonly string[]): ArgSecret[] {
  return args.flatMap((arg, index) => {
    const flag = /^--?([A-Za-z][A-Za-z0-9_-]*)$/.exec(args[index - 1] ?? '')?.[1] ?? '';
    const outer = NAMED.exec(arg);
    // `--env=NAME=X` and `--header=Name: X` name their value twice.
    const inner = arg.startsWith('-') ? NAMED.exec(outer?.[2] ?? '') : null;
    for (const named of inner === null ? [outer] : [inner, outer]) {
      const inUrl = secretsInUrl(named?.[2] ?? arg);
      if (inUrl.length > 0) return inUrl.map(({ name, value }) => ({ index, name, value }));
      const [, name, value] = named ?? [];
      if (name !== undefined && value !== undefined && looksSecret(name, value)) return [{ index, name, value }];
    }
    return !arg.startsWith('-') && looksSecret(flag, arg) ? [{ index, name: flag, value: arg }] : [];
  });
}

/** True when the words of `name` say that its value is a secret. */
export function isSecretName(name: string): boolean {
  const words = wordsOf(name);
  if (HARMLESS_ENDINGS.has(words.at(-1) ?? '')) return false;
  return words.some(
    (word, index) =>
      SECRET_WORDS.has(word) ||
      SECRET_ENDING.test(word) ||
      (/^keys?$/.test(word) && KEY_KINDS.has(words[index - 1] ?? '')),
  );
}

/** `githubToken` and `GITHUB_TOKEN` are both of `github` and `token`. */
function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}

function isHarmless(text: string): boolean {
  return text === '' || HARMLESS_VALUE.test(text) || PLACEHOLDER.test(text) || FOREIGN_REFERENCE.test(text);
}

function hasConnectionPassword(text: string): boolean {
  const password = CONNECTION_PASSWORD.exec(text)?.[1];
  return password !== undefined && !isHarmless(password);
}

function isPlainUrl(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\/[^\s@]+$/i.test(text) && secretsInUrl(text).length === 0;
}

/** `NAME:-text` gives `text`; a reference without a fallback gives nothing. */
function afterDefaultMark(inner: string | undefined): string {
  const mark = inner?.indexOf(':-') ?? -1;
  return inner === undefined || mark < 0 ? '' : inner.slice(mark + 2);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
