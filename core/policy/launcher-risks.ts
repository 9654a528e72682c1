// Programs that fetch a package and run it (npx, uvx, dnx and others): which one, from where, in which version.
import type { CommandRisk } from '../../shared/model/approval.ts';
import { programName, type Word, type Words } from './program-name.ts';

interface Launcher {
  /** Words before the options, such as `exec` after `npm`. */
  readonly action?: RegExp;
  /** Options that take the next word as their value. */
  readonly takesValue: RegExp;
  /** Options whose value is the package; the first word is then the program in it. */
  readonly namesPackage?: RegExp;
  /** Options that add packages. */
  readonly adds?: RegExp;
  /** Options that choose another place to fetch from. */
  readonly source: RegExp;
  /** Options whose value is run by a shell. */
  readonly shell?: RegExp;
  /** Between name and version in a pinned package. */
  readonly mark: '@' | '==';
}

const NODE: Launcher = {
  takesValue:
    /^(?:-p|--package|-c|--call|--registry|--userconfig|--prefix|--cache|-w|--workspace|--node-options|--script-shell)$/,
  namesPackage: /^(?:-p|--package)$/,
  source: /^--(?:registry|userconfig|script-shell|node-options|prefix)$/,
  shell: /^(?:-c|--call|--shell-mode)$/,
  mark: '@',
};
const UV: Launcher = {
  takesValue:
    /^(?:--(?:from|with|with-editable|with-requirements|index|index-url|default-index|extra-index-url|find-links|python|env-file|directory|project|config-file|cache-dir|constraints?|overrides?)|-[pifcw])$/,
  namesPackage: /^--from$/,
  adds: /^(?:--with|--with-editable|--with-requirements|-w)$/,
  source: /^(?:--(?:index|index-url|default-index|extra-index-url|find-links|config-file|python)|-[fip])$/,
  mark: '==',
};
const PIPX: Launcher = {
  ...UV,
  action: /^run$/,
  takesValue: /^--(?:spec|index-url|python|pip-args|with)$/,
  namesPackage: /^--spec$/,
  adds: /^--(?:with|pip-args)$/,
};
const LAUNCHERS: ReadonlyMap<string, Launcher> = new Map([
  ['npx', NODE],
  ['bunx', NODE],
  ['pnpx', NODE],
  ['npm', { ...NODE, action: /^(?:exec|x)$/ }],
  ['pnpm', { ...NODE, action: /^dlx$/ }],
  ['yarn', { ...NODE, action: /^dlx$/ }],
  ['bun', { ...NODE, action: /^x$/ }],
  ['uvx', UV],
  ['uv', { ...UV, action: /^(?:run|tool)$/ }],
  ['pipx', PIPX],
  [
    'dnx',
    {
      takesValue: /^--(?:source|configfile|add-source|version)$/,
      source: /^--(?:source|add-source|configfile)$/,
      mark: '@',
    },
  ],
  [
    'go',
    {
      action: /^run$/,
      takesValue: /^-(?:C|exec|mod|modfile|overlay)$/,
      source: /^-(?:exec|overlay|modfile)$/,
      mark: '@',
    },
  ],
  [
    'deno',
    {
      action: /^run$/,
      takesValue: /^(?:-c|--config|--import-map|--lock|-r)$/,
      source: /^--(?:import-map|config)$/,
      mark: '@',
    },
  ],
]);
const ELSEWHERE =
  /^(?:git\+|git:|https?:|ssh:|file:|github:|gitlab:|bitbucket:|[\w.-]+\/[\w.-]+(?:#|$)|\.{0,2}\/|~\/|[a-z]:\\)/i;
const EXACT = /^v?\d[\w.+-]*$/;

/** Nothing for a program that launches no packages. `inner` looks at a command that it is given to run. */
export function launcherRisks(name: string, given: Words, inner: (words: Words) => CommandRisk[]): CommandRisk[] {
  const launcher = LAUNCHERS.get(name);
  const action = launcher?.action;
  if (launcher === undefined || (action !== undefined && !action.test(given[0]?.text ?? ''))) return [];
  let words = action === undefined ? given : given.slice(1);
  if (name === 'uv' && words[0]?.text === 'run' && given[0]?.text === 'tool') words = words.slice(1);
  const found: CommandRisk[] = [];
  const packages: Word[] = [];
  for (; words.length > 0; words = words.slice(1)) {
    const word = words[0] as Word;
    if (word.text === '--') continue;
    if (!word.text.startsWith('-')) break;
    const [option, joined] = optionOf(word.text);
    const next = launcher.takesValue.test(option) && joined === undefined ? words[1] : undefined;
    if (launcher.shell?.test(option))
      found.push(risk('SHELL_TEXT', word, `${name} has a shell run the text that follows, whatever it says.`));
    if (launcher.adds?.test(option))
      found.push(risk('MORE_PACKAGES', word, `${name} installs more packages beside the one that is named.`));
    if (launcher.source.test(option))
      found.push(risk('OTHER_SOURCE', word, `${name} fetches the program from another place or with other settings.`));
    if (launcher.namesPackage?.test(option)) packages.push(next ?? { ...word, text: joined ?? '', argument: -1 });
    if (next !== undefined) words = words.slice(1);
  }
  const [first, ...more] = words;
  if (packages.length > 0 && first !== undefined && isInterpreter(first.text)) found.push(...inner(words));
  if (packages.length > 1)
    found.push(
      risk('MORE_PACKAGES', packages[1] as Word, `${name} installs more packages beside the one that is named.`),
    );
  if (packages.length === 0 && first !== undefined) packages.push(first);
  // `uv run` and `deno run` start a script or a program of this computer as often as a package.
  if (isLocalRun(name, given, first))
    return [...found, ...(isInterpreter(first?.text ?? '') ? inner([first as Word, ...more]) : [])];
  for (const one of packages) found.push(...packageRisks(name, launcher, one));
  return found;
}

function packageRisks(name: string, { mark }: Launcher, word: Word): CommandRisk[] {
  const { text, argument } = word;
  const spec = text.replace(/^(?:npm|jsr):/, '');
  if (ELSEWHERE.test(spec) && !(name === 'go' && spec.includes('.')))
    return [risk('OTHER_SOURCE', word, `${name} runs a program that is not from the package registry.`)];
  const at = mark === '==' && !/@/.test(spec) ? spec.indexOf('==') : spec.indexOf('@', 1);
  const version = at < 0 ? undefined : spec.slice(at).replace(/^(?:===?|@)/, '');
  if (version !== undefined && EXACT.test(version)) return [];
  const bare = spec.replace(mark === '==' ? /(?:@|[=<>~!]).*$/ : /(?<=.)@.*$/, '');
  const pinned = `${text.slice(0, text.length - spec.length)}${bare}${mark}`;
  return [
    {
      code: 'UNPINNED',
      at: word.at,
      text: 'No exact version is named: each start may run another program under this name.',
      // A package inside a joined option (`--from=…`) is no argument of its own.
      ...(argument >= 0 && { pin: { argument, before: pinned, after: '' } }),
    },
  ];
}

function isLocalRun(name: string, given: Words, first: Word | undefined): boolean {
  if (name === 'uv') return given[0]?.text === 'run';
  if (name === 'deno') return first !== undefined && !/^(?:npm|jsr|https?):/.test(first.text);
  if (name === 'go') return first !== undefined && /^\.|\.go$/.test(first.text);
  return false;
}

function isInterpreter(text: string): boolean {
  return /^(?:sh|bash|zsh|dash|node|python[\d.]*|perl|ruby|cmd|powershell|pwsh|env)$/.test(programName(text));
}

function optionOf(text: string): [option: string, joined: string | undefined] {
  const at = text.indexOf('=');
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function risk(code: CommandRisk['code'], { at }: Word, text: string): CommandRisk {
  return { code, at, text };
}
