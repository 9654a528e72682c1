// A command or an address on the terminal, whole: one argument a line, nothing cut, nothing hidden.
import type { CommandRisk } from '../shared/model/approval.ts';
import type { Endpoint } from '../shared/model/server-entry.ts';
import { printLine } from './output.ts';
import { visibleLine } from './visible.ts';

/** Everything that `endpoint` runs or contacts, with what differs from `before` marked by `+`. */
export function printEndpoint(endpoint: Endpoint, before?: Endpoint): void {
  const old = new Set(before === undefined ? [] : linesOf(before));
  const now = linesOf(endpoint);
  for (const line of before === undefined ? [] : linesOf(before)) if (!now.includes(line)) printLine(`- ${line}`);
  for (const line of now) printLine(`${before === undefined ? ' ' : old.has(line) ? ' ' : '+'} ${line}`);
}

/** What a person should know about it, in plain words. */
export function printRisks(risks: readonly CommandRisk[]): void {
  for (const { at, text, pin } of risks) {
    printLine(`! ${at}: ${text}`);
    if (pin) printLine(`  Write an exact version: ${visibleLine(`${pin.before}VERSION${pin.after}`)}`);
  }
}

/** One line for each part; a line break inside a part shows as a token, so that no part can look like two. */
function linesOf(endpoint: Endpoint): string[] {
  const whole = (text: string) => visibleLine(text.replaceAll('\n', '⟨U+000A⟩').replaceAll('\t', '⟨U+0009⟩'));
  if (endpoint.type !== 'stdio') {
    const headers = Object.entries(endpoint.headers).map(([name, value]) => `header ${whole(name)}: ${whole(value)}`);
    return [`address ${whole(endpoint.url)}`, `type ${endpoint.type}`, ...headers];
  }
  const { command, args, env, cwd } = endpoint;
  return [
    `command ${whole(command)}`,
    ...args.map((arg, index) => `args[${index}] ${whole(arg)}`),
    ...Object.entries(env).map(([name, value]) => `env ${whole(name)}=${whole(value)}`),
    ...(cwd === undefined ? [] : [`folder ${whole(cwd)}`]),
  ];
}
