// Literals of an imported server that belong in the keychain, and obvious placeholders for one.
import { headerName, isSecretName, looksSecret, secretsInArgs, secretsInUrl } from '../base/secret-shape.ts';
import type { ImportedServer } from '../../shared/model/import-result.ts';
import type { SecretFinding } from './client-format.ts';
import { pointerSegment } from '../base/json-tree.ts';

export type ServerSecret = Omit<SecretFinding, 'server'>;

const PLACEHOLDER =
  /^<.*>$|\b(?:your|my|insert|enter|paste)[-_ ]|x{4,}|\*{3,}|change[-_ ]?me|replace|placeholder|\btodo\b/i;
const SCHEME = /^(?:Bearer|Basic|Token|ApiKey) +/i;
/** References in any client's form. */
const REFERENCE = /\$\{\{[^{}]*\}\}|\$\{[^{}]*\}|\{\{[A-Za-z_][A-Za-z0-9_]*\}\}/g;
const FALLBACK = /^\$\{[^{}]*?:-([^{}]*)\}$/;

/** Every literal secret of `server`, in the order of its fields. */
export function findSecrets(server: ImportedServer): ServerSecret[] {
  const found: ServerSecret[] = [];
  const take = (path: string, field: string, value: string, judgedAs = field) => {
    for (const part of secretParts(judgedAs, value)) found.push({ path, field, ...part });
  };
  takeArgs(server.args ?? [], '/args', found);
  for (const [key, value] of Object.entries(server.env ?? {})) {
    if (value !== null) take(`/env${pointerSegment(key)}`, key, value);
  }
  if (server.url !== undefined) take('/url', '', server.url);
  for (const [key, value] of Object.entries(server.headers ?? {})) {
    take(`/headers${pointerSegment(key)}`, key, value, headerName(key));
  }
  for (const [field, value] of [
    ['oauth', server.oauth],
    ['extras', server.extras],
    ['bridge', server.bridge],
  ] as const) {
    takeNested(value, `/${field}`, field, take, found);
  }
  return found;
}

/** JSON pointers of values that stand for a secret yet to be filled in, such as `YOUR_KEY_HERE`. */
export function findPlaceholders(server: ImportedServer): string[] {
  const fields = [
    ...Object.entries(server.env ?? {}).map(([key, value]) => ['/env', key, value ?? ''] as const),
    ...Object.entries(server.headers ?? {}).map(([key, value]) => ['/headers', key, value] as const),
  ];
  return fields
    .filter(([, key, value]) => isSecretName(key) && PLACEHOLDER.test(value.replace(SCHEME, '').replace(REFERENCE, '')))
    .map(([parent, key]) => parent + pointerSegment(key));
}

/** The parts of `value` that are secret when it stands under `field`: what to replace, and what to keep safe. */
function secretParts(field: string, value: string): { text: string; value: string }[] {
  const inUrl = secretsInUrl(value);
  if (inUrl.length > 0) return inUrl.flatMap((part) => literalParts(part.name, part.value));
  return looksSecret(field, value) ? literalParts(field, value) : [];
}

function literalParts(field: string, value: string): { text: string; value: string }[] {
  const references = [...value.matchAll(REFERENCE)].map((match) => match[0]);
  if (references.length === 0) {
    const literal = value.replace(SCHEME, '').trim();
    return [{ text: literal, value: literal }];
  }
  // A reference with a secret as its default gives way as a whole: what it falls back to is what there is.
  const fallbacks = references.flatMap((text) => {
    const fallback = FALLBACK.exec(text)?.[1];
    return fallback !== undefined && looksSecret(field, fallback) ? [{ text, value: fallback }] : [];
  });
  const literals = value
    .split(REFERENCE)
    .map((piece) => piece.replace(SCHEME, '').trim())
    .filter((piece) => piece.length >= 16 && looksSecret(field, piece))
    .map((piece) => ({ text: piece, value: piece }));
  const found = [...fallbacks, ...literals];
  // Nothing but references, whatever the client calls them.
  if (found.length === 0 && value.replace(REFERENCE, '').replace(SCHEME, '').trim() === '') return [];
  // Found in the whole, yet in no single part: then the whole is the secret.
  return found.length > 0 ? found : [{ text: value, value }];
}

function takeArgs(args: readonly string[], parent: string, found: ServerSecret[]): void {
  for (const secret of secretsInArgs(args)) {
    for (const part of secretParts(secret.name, secret.value)) {
      found.push({ path: `${parent}/${secret.index}`, field: secret.name || `arg-${secret.index}`, ...part });
    }
    if (secretParts(secret.name, secret.value).length === 0) {
      found.push({
        path: `${parent}/${secret.index}`,
        field: secret.name || 'arg',
        text: secret.value,
        value: secret.value,
      });
    }
  }
}

function takeNested(
  value: unknown,
  path: string,
  field: string,
  take: (path: string, field: string, value: string) => void,
  found: ServerSecret[],
): void {
  if (typeof value === 'string') take(path, field, value);
  else if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    if (items.every((item) => typeof item === 'string')) takeArgs(items, path, found);
    else for (const [index, item] of items.entries()) takeNested(item, `${path}/${index}`, field, take, found);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) takeNested(item, path + pointerSegment(key), key, take, found);
  }
}
