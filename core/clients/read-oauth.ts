// The sign-in settings of an entry. Tokens that a client caches in its file are reported and left where they are.
import { emptyRecord, type JsonMember, membersOf, plainValue, pointerSegment } from '../base/json-tree.ts';

/** What some clients call the common keys. */
const OTHER_KEYS: Readonly<Record<string, string>> = {
  CLIENT_ID: 'clientId',
  CLIENT_SECRET: 'clientSecret',
  client_id: 'clientId',
  client_secret: 'clientSecret',
  callback_port: 'callbackPort',
  redirect_uri: 'redirectUri',
};
/** Keys under which programs cache tokens. */
export const TOKEN_KEY = /^(?:tokens?|(?:access|refresh|id)_?token|tokenCache)$/i;

/** The first of `fields` that is an object, its keys as in Claude Code and VS Code (`clientId`, `clientSecret`). */
export function readOauth(
  members: ReadonlyMap<string, JsonMember>,
  fields: readonly string[],
  warn: (code: string, path?: string) => void,
): Record<string, unknown> | undefined {
  const field = fields.find((candidate) => members.get(candidate)?.value.type === 'object');
  if (field === undefined) return undefined;
  const result = emptyRecord<unknown>();
  for (const member of membersOf(members.get(field)?.value).values()) {
    if (TOKEN_KEY.test(member.key)) warn('OAUTH_TOKENS_IN_FILE', pointerSegment(field) + pointerSegment(member.key));
    else
      result[Object.hasOwn(OTHER_KEYS, member.key) ? (OTHER_KEYS[member.key] ?? '') : member.key] = plainValue(
        member.value,
      );
  }
  return result;
}

/** The pointer in the file's own entry of a pointer into the imported `oauth`. */
export function oauthSourcePath(
  path: string,
  members: ReadonlyMap<string, JsonMember>,
  fields: readonly string[],
): string {
  const field = fields.find((candidate) => members.get(candidate)?.value.type === 'object');
  const key = /^\/oauth\/([^/]*)/.exec(path)?.[1];
  if (field === undefined || key === undefined) return path;
  const original = Object.entries(OTHER_KEYS).find(
    ([name, mapped]) => mapped === key && membersOf(members.get(field)?.value).has(name),
  );
  return `${pointerSegment(field)}/${original?.[0] ?? key}${path.slice('/oauth/'.length + key.length)}`;
}
