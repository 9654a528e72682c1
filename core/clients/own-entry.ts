// Tells the entries that Portolan wrote into other clients' files from those of servers.
import { isDeepStrictEqual } from 'node:util';
import type { ImportedServer } from '../../shared/model/import-result.ts';
import type { EntryRequest } from './client-format.ts';

const PROFILE = 'profile:';
/** The address of the gateway on this computer, whatever its port was. */
const GATEWAY_URL = /^http:\/\/127\.0\.0\.1:\d+\/mcp\/(?:o\/[\w-]{43}\/)?(s|p)\/([^/?#]+)$/;

/** True for an entry that starts Portolan, by its command on the path or as `launcher` starts it with whatever Node, or that leads to its gateway. */
export function isOwnEntry(server: ImportedServer, launcher: EntryRequest['launcher']): boolean {
  if (gatewayTarget(server.url) !== undefined) return true;
  const { command = '', args = [] } = server;
  const words = connectWordCount(args);
  if (words === undefined) return false;
  const before = args.slice(0, -words);
  if (before.length === 0) return command === launcher.command || isPortolan(command);
  return isDeepStrictEqual(before, launcher.args);
}

/**
 * What an entry that Portolan wrote, now or when it was elsewhere, leads to: the name of a server, or `profile:NAME`.
 * Undefined for every other entry.
 */
export function ownTarget(server: ImportedServer, launcher?: EntryRequest['launcher']): string | undefined {
  const target = gatewayTarget(server.url);
  if (target !== undefined) return target;
  const { command = '', args = [] } = server;
  const words = connectWordCount(args);
  if (words === undefined) return undefined;
  const isThis = launcher !== undefined && isOwnEntry(server, launcher);
  if (!isThis && !isMovedPortolan(command, args.slice(0, -words))) return undefined;
  const name = args.at(-1) ?? '';
  return words === 3 ? PROFILE + name : name;
}

/** The name of the profile that a target is; undefined for a server. */
export function profileOf(target: string): string | undefined {
  return target.startsWith(PROFILE) ? target.slice(PROFILE.length) : undefined;
}

/** The target that stands for a profile. */
export function profileTarget(profile: string): string {
  return PROFILE + profile;
}

/** What an address of the gateway on this computer leads to; undefined for any other address. */
export function gatewayTarget(url: string | undefined): string | undefined {
  const [, kind, name] = GATEWAY_URL.exec(url ?? '') ?? [];
  if (name === undefined) return undefined;
  return kind === 'p' ? PROFILE + name : name;
}

/** How many words at the end of `args` are `connect NAME` or `connect --profile NAME`. */
function connectWordCount(args: readonly string[]): 2 | 3 | undefined {
  const words = args.at(-2) === '--profile' ? 3 : 2;
  return args.at(-words) === 'connect' ? words : undefined;
}

function isPortolan(command: string): boolean {
  return /(?:^|[\\/])portolan(?:\.\w+)?$/i.test(command);
}

/** A Portolan that is not where this one is: it was moved or updated. */
function isMovedPortolan(command: string, before: readonly string[]): boolean {
  if (before.length === 0) return isPortolan(command);
  return isCommandLine(before.at(-1) ?? '');
}

/** The script that Portolan is when it runs from its own folder. */
function isCommandLine(word: string): boolean {
  return /[\\/]cli[\\/]main\.[jt]s$/.test(word);
}

/** The same for the plain entry of any client, whatever its keys are called. */
export function entryTarget(entry: unknown): string | undefined {
  if (typeof entry !== 'object' || entry === null) return undefined;
  const values: unknown[] = Object.values(entry);
  const texts = values.filter((value) => typeof value === 'string');
  const address = texts.map(gatewayTarget).find((target) => target !== undefined);
  if (address !== undefined) return address;
  for (const list of values.filter((value) => isTextList(value))) {
    const words = connectWordCount(list);
    if (words === undefined) continue;
    const before = [...texts, ...list.slice(0, -words)];
    if (before.some((word) => isPortolan(word) || isCommandLine(word))) {
      return words === 3 ? PROFILE + (list.at(-1) ?? '') : list.at(-1);
    }
  }
  return undefined;
}

function isTextList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
