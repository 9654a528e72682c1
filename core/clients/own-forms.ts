// References of clients that have forms of their own beside `${…}`, as data: how they are found, and how they are written.
import type { VariableRef } from '../../shared/model/import-result.ts';

/**
 * `codex` writes none into strings: it names variables in keys of their own. `shell` is text that a shell expands.
 * `opencode` replaces in the raw text of its file.
 */
export type OwnSyntax = 'codex' | 'gemini' | 'qwen' | 'opencode' | 'shell';

interface Form {
  /** Global, with the group `name` and perhaps `default`. */
  readonly pattern: RegExp;
  /** How the form is called in a result. */
  readonly syntax: string;
  readonly kind: VariableRef['kind'];
}

interface Syntax {
  readonly forms: readonly Form[];
  /** What stands around the name of a variable. */
  readonly open: string;
  readonly close: string;
  readonly defaults: boolean;
  /** Plain text that the client would not leave alone, beside its references. */
  readonly hazard?: RegExp;
}

export type FormRef = Omit<VariableRef, 'path'> & { readonly start: number; readonly end: number };

const SECRET: Form = { pattern: /\$\{secret:(?<name>[^{}]*)\}/g, syntax: '${secret:X}', kind: 'secret' };
const DOLLAR: Form = { pattern: /\$(?<name>[A-Za-z_]\w*)/g, syntax: '$X', kind: 'env' };
const BRACED: Form = { pattern: /\$\{(?<name>[A-Za-z_]\w*)\}/g, syntax: '${X}', kind: 'env' };
const DEFAULTED: Form = {
  pattern: /\$\{(?<name>[A-Za-z_]\w*):-(?<default>[^{}]*)\}/g,
  syntax: '${X:-default}',
  kind: 'env',
};
const DEMANDED: Form = { pattern: /\$\{(?<name>[A-Za-z_]\w*):\?[^{}]*\}/g, syntax: '${X:?message}', kind: 'env' };
const PERCENT: Form = { pattern: /%(?<name>[A-Za-z_]\w*)%/g, syntax: '%X%', kind: 'env' };
const BRACES: Form = { pattern: /\{env:(?<name>[^{}]+)\}/g, syntax: '{env:X}', kind: 'env' };
const FILE: Form = { pattern: /\{file:(?<name>[^{}]+)\}/g, syntax: '{file:path}', kind: 'file' };
/** What is in it stays out of results. */
const COMMAND: Form = { pattern: /\$\((?:[^()]|\([^()]*\))*\)|`[^`]*`/g, syntax: '$(command)', kind: 'command' };

const SYNTAXES: Readonly<Record<OwnSyntax, Syntax>> = {
  codex: { forms: [], open: '${env:', close: '}', defaults: false },
  gemini: { forms: [DOLLAR, BRACED, DEFAULTED, PERCENT], open: '${', close: '}', defaults: true },
  qwen: { forms: [DOLLAR, BRACED], open: '${', close: '}', defaults: false },
  opencode: { forms: [BRACES, FILE], open: '{env:', close: '}', defaults: false },
  shell: {
    forms: [COMMAND, DOLLAR, BRACED, DEFAULTED, DEMANDED],
    open: '${',
    close: '}',
    defaults: true,
    hazard: /[$`]/,
  },
};

export function hasOwnForms(syntax: string): syntax is OwnSyntax {
  return Object.hasOwn(SYNTAXES, syntax);
}

/** Every reference in `text`, in order; of those that overlap the first counts. */
export function findOwnForms(text: string, syntax: OwnSyntax): FormRef[] {
  const found = [SECRET, ...SYNTAXES[syntax].forms].flatMap((form) =>
    [...text.matchAll(form.pattern)].map((match) => refOf(form, match)),
  );
  const refs: FormRef[] = [];
  for (const ref of found.toSorted((a, b) => a.start - b.start)) {
    if (ref.start >= (refs.at(-1)?.end ?? 0)) refs.push(ref);
  }
  return refs;
}

/** The reference to an environment variable; undefined when the client has no default values. */
export function writeOwnForm(syntax: OwnSyntax, name: string, fallback: string | undefined): string | undefined {
  const { open, close, defaults } = SYNTAXES[syntax];
  if (fallback !== undefined && !defaults) return undefined;
  return `${open}${name}${fallback === undefined ? '' : `:-${fallback}`}${close}`;
}

/** True for plain text that the client would take for more than that. */
export function isExpanded(text: string, syntax: OwnSyntax): boolean {
  return findOwnForms(text, syntax).length > 0 || SYNTAXES[syntax].hazard?.test(text) === true;
}

function refOf({ syntax, kind }: Form, match: RegExpExecArray): FormRef {
  const fallback = match.groups?.['default'];
  return {
    syntax,
    kind,
    name: match.groups?.['name'] ?? '',
    ...(fallback === undefined ? {} : { default: fallback }),
    start: match.index,
    end: match.index + match[0].length,
  };
}
