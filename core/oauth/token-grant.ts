// What is kept of one server's sign-in: its tokens, for which address they are, what was asked for, and whether a renewal of
// them is under way. As text it goes to the token store and nowhere else.
import { objectOf, textOf } from '../base/json-object.ts';
import { formatTokenSet, parseTokenSet, type TokenSet } from './token-set.ts';

/** Someone has sent the refresh token off and has not written what came back. */
export interface RenewalMark {
  /** Who: an id of the broker. */
  readonly by: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

export interface TokenGrant {
  /** Address of the MCP server that the tokens were asked for. */
  readonly url: string;
  readonly set: TokenSet;
  /** Scopes that were asked for so far; a step-up asks for them too. (MCP 2026-07-28, Authorization, Step-Up) */
  readonly requested: readonly string[];
  /** Where the server's own metadata was found, when only a challenge told. (RFC 9728 section 5.1) */
  readonly metadataUrl?: string | undefined;
  readonly registration?: string | undefined;
  /** The identity through which they were got. */
  readonly identity?: string | undefined;
  readonly renewal?: RenewalMark | undefined;
}

/** The fields of the token set stand beside ours, so that the store knows which of them are secret. */
export function formatGrant({ set, ...kept }: TokenGrant): string {
  return JSON.stringify({ ...(JSON.parse(formatTokenSet(set)) as object), kept });
}

/** Undefined for a text that `formatGrant` did not write. */
export function parseGrant(text: string): TokenGrant | undefined {
  const set = parseTokenSet(text);
  if (set === undefined) return undefined;
  const kept = objectOf(objectOf(JSON.parse(text) as unknown)?.['kept']);
  const url = textOf(kept?.['url']);
  if (kept === undefined || url === undefined) return undefined;
  const { requested } = kept;
  const optional = Object.fromEntries(
    ['metadataUrl', 'registration', 'identity'].flatMap((name) => {
      const value = textOf(kept[name]);
      return value === undefined ? [] : [[name, value]];
    }),
  );
  const renewal = markOf(kept['renewal']);
  return {
    url,
    set,
    requested: Array.isArray(requested) ? requested.filter((scope) => typeof scope === 'string') : set.scope,
    ...optional,
    ...(renewal !== undefined && { renewal }),
  };
}

function markOf(value: unknown): RenewalMark | undefined {
  const mark = objectOf(value);
  const by = textOf(mark?.['by']);
  const at = mark?.['at'];
  return by === undefined || typeof at !== 'number' ? undefined : { by, at };
}
