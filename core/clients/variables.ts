// Variable references in strings of other clients, and their translation to and from Portolan's three forms
// `${secret:NAME}`, `${env:NAME}` and `${input:id}`. Nothing is ever resolved here.
import { assertNever } from '../../shared/assert-never.ts';
import type { VariableRef } from '../../shared/model/import-result.ts';
import { findOwnForms, hasOwnForms, isExpanded, type OwnSyntax, writeOwnForm } from './own-forms.ts';
import { FORM_SYNTAXES, type FormSyntax, PLAIN_FORMS, type VariableForm } from './variable-forms.ts';

/**
 * How a client writes references. `braces` is `${X}`, `env` is `${env:X}`, `env-file` that and `${file:PATH}`, `input` is
 * `${input:id}` alone; `generic` takes every form that plain files are seen with.
 */
export type VariableSyntax =
  | 'none'
  | 'braces'
  | 'claude-code'
  | 'cursor'
  | 'env'
  | 'env-file'
  | 'input'
  | 'vscode'
  | 'generic'
  | keyof typeof FORM_SYNTAXES
  | OwnSyntax;

export type FoundRef = Omit<VariableRef, 'path'> & { readonly start: number; readonly end: number };

const CURSOR_BUILTINS = new Set(['userHome', 'workspaceFolder', 'workspaceFolderBasename', 'pathSeparator', '/']);
const OWN_SECRET = '${secret:X}';
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Every reference that a client with `syntax` would expand in `text`; `${secret:NAME}` is found in any syntax. */
export function findRefs(text: string, syntax: VariableSyntax): FoundRef[] {
  if (hasOwnForms(syntax)) return findOwnForms(text, syntax);
  const refs = findForms(text, syntax);
  for (const match of text.matchAll(/\$\{([^{}]*)\}/g)) {
    const [start, end] = [match.index, match.index + match[0].length];
    const ref = refs.some((found) => found.start < end && start < found.end)
      ? undefined
      : classify(match[1] ?? '', syntax);
    if (ref !== undefined) refs.push({ ...ref, start, end });
  }
  return refs.toSorted((a, b) => a.start - b.start);
}

/** The forms that a client has for itself. */
function findForms(text: string, syntax: VariableSyntax): FoundRef[] {
  const forms: readonly VariableForm[] = syntax === 'generic' ? PLAIN_FORMS : (formSyntax(syntax)?.forms ?? []);
  return forms.flatMap(({ pattern, read }) =>
    [...text.matchAll(pattern)].flatMap((match) => {
      const ref = read(match);
      return ref === undefined ? [] : [{ ...ref, start: match.index, end: match.index + match[0].length }];
    }),
  );
}

function formSyntax(syntax: VariableSyntax): FormSyntax | undefined {
  return Object.hasOwn(FORM_SYNTAXES, syntax) ? FORM_SYNTAXES[syntax as keyof typeof FORM_SYNTAXES] : undefined;
}

/**
 * References in a header of a lifted mcp-remote entry: those of the client, which expands them first, and `${X}` of
 * mcp-remote itself, from the environment of the entry.
 */
export function findBridgeRefs(text: string, syntax: VariableSyntax): FoundRef[] {
  const own = findRefs(text, syntax);
  const bridge = findRefs(text, 'claude-code')
    .filter((ref) => ref.kind === 'env' && !own.some((other) => other.start === ref.start))
    .map((ref) => ({ ...ref, kind: 'server-env' as const }));
  return [...own, ...bridge].toSorted((a, b) => a.start - b.start);
}

/** `text` with its references in Portolan's syntax; `serverEnv` answers those to the environment of the entry. */
export function toPortolanSyntax(
  text: string,
  refs: readonly FoundRef[],
  serverEnv: (name: string) => string | undefined = () => undefined,
): string {
  return replaceRefs(text, refs, (ref, source) => {
    if (isForeign(ref)) return foreignRef(ref) ?? source;
    if (ref.kind !== 'env' && ref.kind !== 'server-env') return source;
    const own = ref.kind === 'server-env' ? serverEnv(ref.name) : undefined;
    return own ?? `\${env:${ref.name}${ref.default === undefined ? '' : `:-${ref.default}`}}`;
  });
}

/** A reference to a secret or an input in another client's own form. */
function isForeign({ kind, syntax }: FoundRef): boolean {
  return (kind === 'secret' && syntax !== OWN_SECRET) || (kind === 'input' && syntax !== '${input:x}');
}

function foreignRef({ kind, name }: FoundRef): string | undefined {
  if (kind === 'secret') return NAME.test(name) ? `\${env:${name}}` : undefined;
  const id = name
    .replace(/^op:\/\/(?:[^/]+\/)?/, '')
    .replaceAll(/[^A-Za-z0-9_.-]+/g, '-')
    .slice(0, 64);
  return id === '' ? undefined : `\${input:${id}}`;
}

export type ClientText = { readonly text: string } | { readonly reason: string };

/** `text` of the catalog in the syntax of a client, or why the client cannot hold it. */
export function toClientSyntax(
  text: string,
  syntax: VariableSyntax,
  client: string,
  inputs: ReadonlySet<string>,
): ClientText {
  let reason: string | undefined;
  const refs = findRefs(text, 'generic').filter((ref) => !isForeign(ref));
  const written = replaceRefs(text, refs, (ref, source) => {
    const answer = clientRef(ref, source, syntax, client, inputs);
    if ('reason' in answer) reason ??= answer.reason;
    return 'text' in answer ? answer.text : source;
  });
  if (hasOwnForms(syntax)) {
    const rest = replaceRefs(text, refs, () => ' ');
    if (isExpanded(rest, syntax)) reason ??= `${client} would expand a part of it that is plain text in the catalog`;
    return reason === undefined ? { text: written } : { reason };
  }
  // What is plain text in the catalog must not mean something to the client.
  const plain = findForms(text, syntax).find(
    (form) => form.kind !== 'builtin' && !refs.some((ref) => ref.start < form.end && form.start < ref.end),
  );
  // The client would read a file of its own choosing into it.
  const foreign = plain ?? findRefs(text, syntax).find((found) => found.kind === 'file');
  if (foreign !== undefined) reason ??= wouldExpand(client, text.slice(foreign.start, foreign.end));
  return reason === undefined ? { text: written } : { reason };
}

function wouldExpand(client: string, source: string): string {
  return `${client} would expand ${source}, which is plain text in the catalog`;
}

function clientRef(
  ref: FoundRef,
  source: string,
  syntax: VariableSyntax,
  client: string,
  inputs: ReadonlySet<string>,
): ClientText {
  switch (ref.kind) {
    case 'secret':
      return {
        reason: `it needs the secret ${ref.name}, which never leaves the keychain; connect mode keeps it there`,
      };
    case 'input': {
      if ((syntax === 'vscode' || syntax === 'input') && inputs.has(ref.name)) return { text: source };
      const write = formSyntax(syntax)?.writeInput;
      if (write !== undefined) return { text: write(ref.name) };
      return { reason: `${client} has no prompt called ${ref.name}` };
    }
    case 'builtin':
      return findRefs(source, syntax).some((found) => found.kind === 'builtin')
        ? { text: source }
        : { reason: `${client} does not know ${source}` };
    case 'env':
    case 'server-env':
    case 'file':
      // A bare ${X} is plain text in the catalog, and must stay so.
      if (ref.syntax === '${X}' || ref.syntax === '${X:-default}') {
        return findRefs(source, syntax).length === 0 ? { text: source } : { reason: wouldExpand(client, source) };
      }
      return envRef(ref, syntax, client);
    default:
      return { reason: `${client} does not know ${source}` };
  }
}

function envRef(ref: FoundRef, syntax: VariableSyntax, client: string): ClientText {
  const fallback = ref.default === undefined ? '' : `:-${ref.default}`;
  if (hasOwnForms(syntax)) {
    const text = writeOwnForm(syntax, ref.name, ref.default);
    return text === undefined ? { reason: `${client} has no default values for variables` } : { text };
  }
  if (syntax === 'claude-code') return { text: `\${${ref.name}${fallback}}` };
  if (syntax === 'none' || syntax === 'input')
    return { reason: `${client} does not expand the environment variable ${ref.name}` };
  if (fallback !== '' && syntax !== 'generic') return { reason: `${client} has no default values for variables` };
  const write = formSyntax(syntax)?.writeEnv;
  if (write !== undefined) return { text: write(ref.name) };
  return { text: syntax === 'braces' ? `\${${ref.name}}` : `\${env:${ref.name}${fallback}}` };
}

function replaceRefs(
  text: string,
  refs: readonly FoundRef[],
  write: (ref: FoundRef, source: string) => string,
): string {
  let [result, from] = ['', 0];
  for (const ref of refs) {
    result += text.slice(from, ref.start) + write(ref, text.slice(ref.start, ref.end));
    from = ref.end;
  }
  return result + text.slice(from);
}

function classify(
  inner: string,
  syntax: Exclude<VariableSyntax, OwnSyntax>,
): Omit<FoundRef, 'start' | 'end'> | undefined {
  const prefixed = /^(secret|env|input|file):(.*)$/s.exec(inner);
  const [prefix, rest] = [prefixed?.[1], prefixed?.[2] ?? ''];
  if (prefix === 'secret') return { syntax: OWN_SECRET, kind: 'secret', name: rest };
  switch (syntax) {
    case 'none':
    case 'continue':
    case 'goose':
    case 'librechat':
      return undefined;
    case 'braces':
      return NAME.test(inner) ? bareEnv(inner) : undefined;
    case 'claude-code':
      return bareEnv(inner);
    case 'env':
      return prefix === 'env' ? { syntax: '${env:X}', kind: 'env', name: rest } : undefined;
    case 'env-file':
      if (prefix === 'env') return { syntax: '${env:X}', kind: 'env', name: rest };
      return prefix === 'file' ? { syntax: '${file:X}', kind: 'file', name: rest } : undefined;
    case 'input':
      return prefix === 'input' ? { syntax: '${input:x}', kind: 'input', name: rest } : undefined;
    case 'cursor':
      if (prefix === 'env') return { syntax: '${env:X}', kind: 'env', name: rest };
      return CURSOR_BUILTINS.has(inner) ? { syntax: '${x}', kind: 'builtin', name: inner } : undefined;
    case 'vscode':
      if (prefix === 'env') return { syntax: '${env:X}', kind: 'env', name: rest };
      if (prefix === 'input') return { syntax: '${input:x}', kind: 'input', name: rest };
      return inner === '' ? undefined : { syntax: '${x}', kind: 'builtin', name: inner };
    case 'generic':
      if (prefix === 'env') return { syntax: '${env:X}', kind: 'env', ...(withPipe(rest) ?? withDefault(rest)) };
      if (prefix === 'input') return { syntax: '${input:x}', kind: 'input', name: rest };
      if (CURSOR_BUILTINS.has(inner) || inner.startsWith('workspaceFolder:')) {
        return { syntax: '${x}', kind: 'builtin', name: inner };
      }
      return bareEnv(inner);
    default:
      return assertNever(syntax);
  }
}

function bareEnv(inner: string): Omit<FoundRef, 'start' | 'end'> | undefined {
  const { name, ...fallback } = withDefault(inner);
  if (!NAME.test(name)) return undefined;
  return { syntax: fallback.default === undefined ? '${X}' : '${X:-default}', kind: 'env', name, ...fallback };
}

/** The draft of a portable `mcp.json` (SEP-2633): `${env:A | value:b}`. */
function withPipe(inner: string): { name: string; default: string } | undefined {
  const [, name, fallback] = /^([A-Za-z_][A-Za-z0-9_]*)\s*\|\s*value:(.*)$/s.exec(inner) ?? [];
  return name === undefined || fallback === undefined ? undefined : { name, default: fallback };
}

function withDefault(inner: string): { name: string; default?: string } {
  const mark = inner.indexOf(':-');
  return mark < 0 ? { name: inner } : { name: inner.slice(0, mark), default: inner.slice(mark + 2) };
}
