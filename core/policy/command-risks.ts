// What a person should know about a command before it runs, in plain words. It refuses nothing: a person decides. Pure.
import { HIDDEN_CHARACTERS } from '../../shared/hidden-characters.ts';
import { isLoopbackHost } from '../base/loopback-host.ts';
import type { CommandRisk } from '../../shared/model/approval.ts';
import type { Endpoint, StdioEndpoint } from '../../shared/model/server-entry.ts';
import { containerRisks } from './container-risks.ts';
import { launcherRisks } from './launcher-risks.ts';
import { programName, type Words, WRAPPERS } from './program-name.ts';
import { riskyVariable } from './risky-variables.ts';

const SHELL = /^(?:sh|bash|dash|ash|zsh|ksh|mksh|fish|csh|tcsh|busybox|toybox|xonsh|nu)$/;
const POWERSHELL = /^(?:powershell|pwsh)$/;
const FETCHER = /^(?:curl|wget|aria2c|certutil|bitsadmin|mshta|rundll32|regsvr32|wscript|cscript)$/;
const MAX_DEPTH = 4;

/** Interpreter → the options after which its arguments are program text. */
const INLINE: readonly (readonly [program: RegExp, options: RegExp])[] = [
  [/^(?:node|nodejs|tsx|ts-node|bun)$/, /^(?:-[a-z]*[ep][a-z]*|--eval|--print)(?:=|$)/],
  [/^(?:python[\d.]*|pypy[\d.]*|py)$/, /^-[a-zA-Z]*c/],
  [/^(?:perl|ruby|lua[\d.]*|osascript|elixir|julia|Rscript|groovy)$/, /^-[a-zA-Z]*[eE]/],
  [/^php[\d.]*$/, /^-[rBRE]/],
];
/** Interpreter → the options that load a further file or module before the program. */
const LOADS: readonly (readonly [program: RegExp, options: RegExp])[] = [
  [/^(?:node|nodejs|tsx|ts-node|bun)$/, /^(?:-r|--require|--import|--loader|--experimental-loader|--preload)(?:=|$)/],
  [/^(?:node|nodejs)$/, /^--(?:inspect|env-file|experimental-policy|openssl-config)/],
  [/^(?:ruby|perl)$/, /^-[rMI]/],
  [/^java$/, /^-(?:javaagent|agentpath|agentlib|Xbootclasspath)/],
];

/** Everything worth telling about what `endpoint` runs or contacts, in the order of its parts. */
export function commandRisks(endpoint: Endpoint): CommandRisk[] {
  if (endpoint.type !== 'stdio') return [...hiddenText(endpoint), ...addressRisks(endpoint.url)];
  const words: Words = [
    { text: endpoint.command, at: 'command', argument: -1 },
    ...endpoint.args.map((text, argument) => ({ text, at: `args[${argument}]`, argument })),
  ];
  const variables = Object.keys(endpoint.env).flatMap((name) => riskyVariable(name) ?? []);
  return [...hiddenText(endpoint), ...wordRisks(words, 0), ...variables];
}

function wordRisks(words: Words, depth: number): CommandRisk[] {
  const [program, ...rest] = words;
  if (program === undefined || depth > MAX_DEPTH) return [];
  const name = programName(program.text);
  const wrapped = WRAPPERS.get(name);
  if (wrapped !== undefined) {
    const inner = wrapped(rest);
    const text = `${name} starts another program, which the name of the command does not tell.`;
    const assigned = rest
      .slice(0, rest.length - inner.length)
      .flatMap(({ text: word, at }) => riskyVariable(/^(\w+)=/.exec(word)?.[1] ?? '', at) ?? []);
    return [{ code: 'RUNS_ANOTHER', at: program.at, text }, ...assigned, ...wordRisks(inner, depth + 1)];
  }
  return [
    ...shellRisks(name, words, depth),
    ...optionRisks(name, rest),
    ...launcherRisks(name, rest, (inner) => wordRisks(inner, depth + 1)),
    ...containerRisks(name, rest),
    ...(FETCHER.test(name)
      ? [risk('OTHER_SOURCE', program.at, `${name} fetches something from elsewhere and may run it.`)]
      : []),
  ];
}

/** A shell that is given text, and what that text begins with. */
function shellRisks(name: string, words: Words, depth: number): CommandRisk[] {
  const rest = words.slice(1);
  if (POWERSHELL.test(name)) {
    const encoded = rest.find(({ text }) => /^[-/–]e(?:c|n|nc|nco|ncod|ncode|ncoded.*)?$/i.test(text));
    if (encoded)
      return [risk('SHELL_TEXT', encoded.at, 'PowerShell runs a text that is encoded so that nobody can read it.')];
    const command = rest.find(({ text }) => /^[-/–]c/i.test(text)) ?? rest.find(({ text }) => !text.startsWith('-'));
    return command && !/\.ps1$/i.test(command.text)
      ? [risk('SHELL_TEXT', command.at, 'PowerShell runs the text that follows, whatever it says.')]
      : [];
  }
  const isCmd = name === 'cmd';
  const flag = isCmd ? /^\/[ckr]/i : /^-[a-zA-Z]*c[a-zA-Z]*$/;
  if (!isCmd && !SHELL.test(name)) return [];
  const at = rest.findIndex(({ text }) => flag.test(text));
  if (at < 0) {
    const inner = rest[0];
    return /^(?:busybox|toybox)$/.test(name) && inner ? wordRisks(rest, depth + 1) : [];
  }
  const given = rest.slice(at + 1);
  const told = risk('SHELL_TEXT', rest[at]?.at ?? '', `${name} runs the text that follows, whatever it says.`);
  // `cmd /c npx …` is how a command file is started on Windows: what it starts is looked at too.
  const isPlain = given.length > 1 || !/[\s;&|<>$`]/.test(given[0]?.text ?? '');
  return [told, ...(isPlain ? wordRisks(given, depth + 1) : [])];
}

function optionRisks(name: string, rest: Words): CommandRisk[] {
  const found: CommandRisk[] = [];
  // Options of an interpreter end with the script; what follows is the script's own.
  for (const { text, at } of rest) {
    if (INLINE.some(([program, option]) => program.test(name) && option.test(text)))
      found.push(risk('INLINE_CODE', at, `${name} runs program text that stands in the command itself.`));
    else if (LOADS.some(([program, option]) => program.test(name) && option.test(text)))
      found.push(risk('LOADS_CODE', at, `${name} loads other code before the program that it names.`));
    if (!text.startsWith('-')) break;
  }
  if (name === 'deno' && rest[0] && /^(?:eval|repl)$/.test(rest[0].text))
    found.push(risk('INLINE_CODE', rest[0].at, 'deno runs program text that stands in the command itself.'));
  const source = rest.find(({ text }) => /^https?:\/\/\S+\.(?:[cm]?[jt]s|py|sh|ps1)(?:[?#]|$)/i.test(text));
  if (source && /^(?:deno|bun|node|python[\d.]*)$/.test(name))
    found.push(risk('OTHER_SOURCE', source.at, `${name} runs a program straight from the web.`));
  return found;
}

function addressRisks(url: string): CommandRisk[] {
  if (!/^http:/i.test(url)) return [];
  const host = URL.canParse(url) ? new URL(url).hostname : '';
  if (isLoopbackHost(host)) return [];
  return [
    risk('NOT_ENCRYPTED', 'url', 'The connection is not encrypted: others on the network can read and change it.'),
  ];
}

function hiddenText(endpoint: Endpoint): CommandRisk[] {
  const values = endpoint.type === 'stdio' ? endpoint.env : endpoint.headers;
  const map = endpoint.type === 'stdio' ? 'env' : 'headers';
  const parts: (readonly [at: string, text: string])[] = [
    ...(endpoint.type === 'stdio' ? commandParts(endpoint) : [['url', endpoint.url] as const]),
    ...Object.entries(values).map(([name, value]) => [`${map}.${name}`, `${name}${value}`] as const),
  ];
  return parts
    .filter(([, text]) => text.search(HIDDEN_CHARACTERS) >= 0 || /[\n\t]|\s{8}/.test(text))
    .map(([at]) =>
      risk('HIDDEN_TEXT', at, 'It holds characters that cannot be seen, or much empty space that pushes text away.'),
    );
}

function commandParts({ command, args, cwd }: StdioEndpoint): (readonly [string, string])[] {
  const parts = [['command', command] as const, ...args.map((text, index) => [`args[${index}]`, text] as const)];
  return cwd === undefined ? parts : [...parts, ['cwd', cwd] as const];
}

function risk(code: CommandRisk['code'], at: string, text: string): CommandRisk {
  return { code, at, text };
}
