// Command lines that people paste: `claude mcp add …` and the like, `code --add-mcp '{…}'`, `npx -y package`, an address.
// They are read as the entry that they would make; nothing is run.
import { emptyRecord, parseJsonTree, plainValue } from '../../base/json-tree.ts';
import { shellCommands } from './shell-words.ts';

const MAX_CHARS = 65_536;
const MAX_COMMANDS = 200;
/** Programs by which servers are started; a text that begins otherwise is no command line. */
const STARTERS =
  /^(?:npx|bunx|pnpx|pnpm|yarn|uvx|uv|pipx|docker|podman|node|python3?|deno|bun|dnx|java|go|cmd)(?:\.exe|\.cmd)?$/i;
const EDITORS = /^(?:code|code-insiders|codium|cursor|windsurf)(?:\.exe|\.cmd)?$/i;
const ADDERS = /^(?:claude|codex|gemini|qwen|copilot|droid|kiro-cli)(?:\.exe|\.cmd)?$/i;
/** Options of the programs' `mcp add` with a value that says nothing about the server. */
const IGNORED = new Set([
  '-s',
  '--scope',
  '--timeout',
  '--description',
  '--include-tools',
  '--exclude-tools',
  '--client-id',
  '--callback-port',
]);

type Entry = Record<string, unknown>;

/** The same as a JSON text (`mcpServers`, or one entry without a name); undefined when `text` is no such command line. */
export function commandLineJson(text: string): string | undefined {
  const trimmed = text.trim();
  if (trimmed.length === 0 || trimmed.length > MAX_CHARS) return undefined;
  if (/^https?:\/\/\S+$/i.test(trimmed)) return JSON.stringify({ url: trimmed });
  const commands = shellCommands(trimmed)?.map((words) => (/^[$>%]$/.test(words[0] ?? '') ? words.slice(1) : words));
  if (commands === undefined || commands.length === 0 || commands.length > MAX_COMMANDS) return undefined;
  const servers = emptyRecord<unknown>();
  for (const words of commands) {
    const added = adding(words);
    if (added !== undefined) servers[added.name] = added.entry;
  }
  if (Object.keys(servers).length > 0) return JSON.stringify({ mcpServers: servers });
  const single = commands.length === 1 ? started(commands[0] ?? []) : undefined;
  return single === undefined ? undefined : JSON.stringify(single);
}

function adding(words: readonly string[]): { name: string; entry: unknown } | undefined {
  const [program = '', mcp, verb, ...rest] = words;
  if (EDITORS.test(program)) return editorEntry(words);
  if (!ADDERS.test(program) || mcp !== 'mcp') return undefined;
  if (verb === 'add') return addCommand(rest);
  if (verb !== 'add-json') return undefined;
  const [name, json] = rest.filter((word, index) => !IGNORED.has(word) && !IGNORED.has(rest[index - 1] ?? ''));
  const entry = parsedObject(json);
  return name === undefined || entry === undefined ? undefined : { name, entry };
}

function editorEntry(words: readonly string[]): { name: string; entry: unknown } | undefined {
  const at = words.findIndex((word) => word === '--add-mcp' || word.startsWith('--add-mcp='));
  const entry = parsedObject(words[at]?.includes('=') === true ? words[at]?.slice('--add-mcp='.length) : words[at + 1]);
  if (at < 0 || entry === undefined) return undefined;
  const { name, ...fields } = entry;
  return typeof name === 'string' ? { name, entry: fields } : undefined;
}

/** `[options] NAME [options] (URL | [--] COMMAND ARGS…)`, with the options of any of the programs. */
function addCommand(words: readonly string[]): { name: string; entry: Entry } | undefined {
  const [env, headers] = [emptyRecord<string>(), emptyRecord<string>()];
  const plain: string[] = [];
  let [type, url]: [string | undefined, string | undefined] = [undefined, undefined];
  let index = 0;
  for (; index < words.length; index += 1) {
    const [word = '', next = ''] = [words[index], words[index + 1]];
    const [option, attached] = /^--[\w-]+=/.test(word)
      ? [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]
      : [word, undefined];
    const value = attached ?? next;
    if (word === '--') {
      index += 1;
      break;
    }
    // What follows the name and the command belongs to the command.
    if (plain.length >= 2 && !/^https?:/i.test(plain[1] ?? '')) break;
    if (!word.startsWith('-')) {
      plain.push(word);
      continue;
    }
    if (option === '-t' || option === '--transport') type = value;
    else if (option === '--url') url = value;
    else if (option === '-e' || option === '--env') index += takePairs(words, index, attached, env);
    else if (option === '-H' || option === '--header') takeHeader(value, headers);
    else if (option === '--bearer-token-env-var') headers['Authorization'] = `Bearer \${env:${value}}`;
    else if (!IGNORED.has(option)) continue;
    if (attached === undefined && option !== '-e' && option !== '--env') index += 1;
  }
  const [name, ...before] = plain;
  const command = [...before, ...words.slice(index)];
  if (name === undefined) return undefined;
  const address = url ?? (/^https?:\/\//i.test(command[0] ?? '') ? command[0] : undefined);
  if (address !== undefined) return { name, entry: { ...(type === undefined ? {} : { type }), url: address, headers } };
  const [program, ...args] = command;
  return program === undefined ? undefined : { name, entry: { command: program, args, env } };
}

/** `-e A=1 B=2`: how many words were taken. */
function takePairs(
  words: readonly string[],
  index: number,
  attached: string | undefined,
  env: Record<string, string>,
): number {
  const rest = attached === undefined ? words.slice(index + 1) : [];
  const end = rest.findIndex((word) => !/^[A-Za-z_]\w*=/.test(word));
  const taken = end < 0 ? rest.length : end;
  const pairs = attached === undefined ? rest.slice(0, taken) : [attached];
  for (const pair of pairs) env[pair.slice(0, pair.indexOf('='))] = pair.slice(pair.indexOf('=') + 1);
  return taken;
}

function takeHeader(text: string, headers: Record<string, string>): void {
  const colon = text.indexOf(':');
  if (colon > 0) headers[text.slice(0, colon).trim()] = text.slice(colon + 1).trim();
}

/** `A=1 npx -y package`. */
function started(words: readonly string[]): Entry | undefined {
  const env = emptyRecord<string>();
  const taken = takePairs(words, -1, undefined, env);
  const [command, ...args] = words.slice(taken);
  return command === undefined || !STARTERS.test(command) || args.length === 0 ? undefined : { command, args, env };
}

function parsedObject(text: string | undefined): Entry | undefined {
  const parsed = parseJsonTree(text ?? '');
  if (parsed.kind === 'error' || parsed.tree.root?.type !== 'object' || text === undefined) return undefined;
  const value: unknown = JSON.parse(JSON.stringify(plainValue(parsed.tree.root)));
  return value as Entry;
}
