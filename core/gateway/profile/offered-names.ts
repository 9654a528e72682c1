// Under which name a profile offers a server's tool or prompt. The name depends on the server, the tool and the budget alone,
// never on what else the profile holds, so that it stays the same when servers come and go.
import { createHash } from 'node:crypto';

/** Hexadecimal digits that tell apart names which could not stay as they are. */
const HASH_DIGITS = 10;

/** Plain names that end so are hashed too: no plain name equals a hashed one. */
const LOOKS_HASHED = new RegExp(`_[0-9a-f]{${HASH_DIGITS}}$`);

/** The characters of a tool's name. (MCP 2026-07-28, Tools, Tool Names) */
const FOREIGN = /[^A-Za-z0-9_.-]/g;

/** Clients that take fewer characters than a profile allows by default, by `clientInfo.name`, in characters. */
const CLIENT_BUDGETS: ReadonlyMap<string, number> = new Map([
  ['cursor', 60],
  ['cursor-vscode', 60],
]);

/**
 * `server__tool`. A name that is longer than `budget` characters, holds characters that names must not have, or could be read
 * as that of another pair is cut and ends in a hash of the pair.
 */
export function offeredName(server: string, tool: string, budget: number): string {
  const name = `${server}__${tool}`;
  const isPlain =
    name.length <= budget &&
    name.search(FOREIGN) === -1 &&
    // The first two underscores of a plain name end its server's name.
    !`${server}_`.includes('__') &&
    !LOOKS_HASHED.test(name);
  if (isPlain) return name;
  const hash = createHash('sha256')
    .update(JSON.stringify([server, tool]))
    .digest('hex')
    .slice(0, HASH_DIGITS);
  return `${name.replace(FOREIGN, '_').slice(0, budget - HASH_DIGITS - 1)}_${hash}`;
}

/** The tool's own name when `offered` is the plain name of a tool of this server. */
export function plainToolOf(server: string, offered: string): string | undefined {
  const prefix = `${server}__`;
  if (!offered.startsWith(prefix) || offered.length === prefix.length) return undefined;
  const tool = offered.slice(prefix.length);
  return offeredName(server, tool, offered.length) === offered ? tool : undefined;
}

/** The budget for a client that calls itself `client`. */
export function budgetFor(client: string, budget: number): number {
  return Math.min(budget, CLIENT_BUDGETS.get(client.toLowerCase()) ?? budget);
}
