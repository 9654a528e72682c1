// `portolan add NAME (--url URL | -- COMMAND [ARG...])`.
import type { Command } from 'commander';
import type { ServerAuth } from '../../shared/model/server-auth.ts';
import type { Endpoint } from '../../shared/model/server-entry.ts';
import { PortolanError } from '../../shared/errors.ts';
import { define, host } from '../command.ts';
import { printJson, printLine } from '../output.ts';

const TYPES = ['stdio', 'streamable-http', 'sse', 'http-auto'] as const;
const WAYS = ['auto', 'none', 'browser', 'device', 'enterprise', 'client-credentials', 'workload'] as const;

export function addCommand(program: Command): void {
  const command = program
    .command('add')
    .description('add a server: portolan add NAME --url URL, or portolan add NAME -- COMMAND [ARG...]')
    .argument('<name>', 'how you and your clients call it')
    .argument('[command...]', 'after --: the program and its arguments')
    .option('--url <url>', 'address of a remote server')
    .option('--type <type>', `one of ${TYPES.join(', ')} (default: found out)`)
    .option('--env <name=value>', 'environment variable of the program (repeatable)', collect)
    .option('--header <name=value>', 'header sent to the remote server (repeatable)', collect)
    .option('--auth <way>', `how to sign in: one of ${WAYS.join(', ')} (default: auto)`)
    .option('--client-id <id>', 'client id that the authorization server gave you')
    .option('--scope <scope>', 'right to ask for when signing in (repeatable)', collect)
    .option('--identity <name>', 'identity to sign in through')
    .option('--cwd <dir>', 'folder the program starts in')
    .option('--title <text>', 'name for people')
    .option('--disabled', 'add it without letting clients use it yet');
  define<[string, string[]]>(command, async (options, name, words) => {
    const endpoint = endpointFrom(options, words);
    const auth = authFrom(options, endpoint);
    const client = await host();
    const entry = await client.catalog.add({
      name,
      endpoint,
      options: {
        enabled: options['disabled'] !== true,
        ...(auth === undefined ? {} : { auth }),
        source: { kind: 'user' },
        ...(typeof options['title'] === 'string' ? { title: options['title'] } : {}),
      },
    });
    if (options.json) return printJson(entry);
    printLine(
      `Added ${entry.name}. Next: "portolan tools ${entry.name}" shows its tools, "portolan export --to CLIENT" lets a client use it.`,
    );
  });
}

/** Builds the endpoint the words describe. Throws INPUT_INVALID when they contradict each other. */
function endpointFrom(options: Readonly<Record<string, unknown>>, words: readonly string[]): Endpoint {
  const url = options['url'];
  const type = typeOf(options['type']);
  if (typeof url === 'string') {
    if (words.length > 0)
      throw usage('a server has either an address or a command, not both', 'Leave out --url or the command.');
    if (type === 'stdio')
      throw usage('a server of type stdio has a command, not an address', 'Write the command after --.');
    const remote = type === 'streamable-http' || type === 'sse' ? type : 'http-auto';
    return { type: remote, url, headers: pairs(options['header'], '--header') };
  }
  const [program, ...args] = words;
  if (program === undefined)
    throw usage(
      'neither an address nor a command was given',
      'portolan add NAME --url URL, or portolan add NAME -- COMMAND [ARG...]',
    );
  if (type !== undefined && type !== 'stdio')
    throw usage(`a server of type ${type} has an address, not a command`, 'Give --url URL, or leave out --type.');
  const cwd = options['cwd'];
  return {
    type: 'stdio',
    command: program,
    args,
    env: pairs(options['env'], '--env'),
    ...(typeof cwd === 'string' ? { cwd } : {}),
  };
}

/** The block `auth` that the flags describe; undefined without any of them. */
function authFrom(options: Readonly<Record<string, unknown>>, endpoint: Endpoint): ServerAuth | undefined {
  const { auth: way, clientId, scope, identity } = options;
  if ([way, clientId, scope, identity].every((value) => value === undefined)) return undefined;
  if (endpoint.type === 'stdio')
    throw usage('a server of type stdio is not signed in to', 'Give its credentials with --env.');
  return {
    way: oneOf(WAYS, way ?? 'auto', 'way to sign in'),
    ...(typeof clientId === 'string' ? { clientId } : {}),
    ...(Array.isArray(scope) ? { scopes: scope.map(String).flatMap((text) => text.split(' ')) } : {}),
    ...(typeof identity === 'string' ? { identity } : {}),
  };
}

function oneOf<T extends string>(values: readonly T[], value: unknown, what: string): T {
  const found = values.find((known) => known === value);
  if (!found) throw usage(`there is no ${what} ${JSON.stringify(value)}`, `Use one of ${values.join(', ')}.`);
  return found;
}

function typeOf(value: unknown): (typeof TYPES)[number] | undefined {
  return value === undefined ? undefined : oneOf(TYPES, value, 'type');
}

function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

function pairs(values: unknown, flag: string): Record<string, string> {
  const list = Array.isArray(values) ? (values as string[]) : [];
  return Object.fromEntries(
    list.map((text) => {
      const at = text.indexOf('=');
      if (at < 1)
        throw usage(`${flag} takes NAME=VALUE, and this one has no name before "="`, `Write ${flag} NAME=VALUE.`);
      return [text.slice(0, at), text.slice(at + 1)];
    }),
  );
}

function usage(message: string, hint: string): PortolanError {
  return new PortolanError('INPUT_INVALID', message, { hint });
}
