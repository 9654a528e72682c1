// Variable references in strings of other clients, and their translation to and from Portolan's three forms
// `${secret:NAME}`, `${env:NAME}` and `${input:id}`. Nothing is ever resolved here.
import { assertNever } from '../../shared/assert-never.ts';
import type { VariableRef } from '../../shared/model/import-result.ts';

/** How a client writes references. `generic` takes every form that plain files are seen with. */
export type VariableSyntax = 'none' | 'claude-code' | 'cursor' | 'vscode' | 'generic';

export type FoundRef = Omit<VariableRef, 'path'> & { readonly start: number; readonly end: number };

const CURSOR_BUILTINS = new Set(['userHome', 'workspaceFolder', 'workspaceFolderBasename', 'pathSeparator', '/']);
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Every reference that a client with `syntax` would expand in `text`; `${secret:NAME}` is found in any syntax. */
export function findRefs(text: string, syntax: VariableSyntax): FoundRef[] {
  const refs: FoundRef[] = [];
  for (const match of text.matchAll(/\$\{([^{}]*)\}/g)) {
    const ref = classify(match[1] ?? '', syntax);
    if (ref !== undefined) refs.push({ ...ref, start: match.index, end: match.index + match[0].length });
  }
  return refs;
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
    if (ref.kind !== 'env' && ref.kind !== 'server-env') return source;
    const own = ref.kind === 'server-env' ? serverEnv(ref.name) : undefined;
    return own ?? `\${env:${ref.name}${ref.default === undefined ? '' : `:-${ref.default}`}}`;
  });
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
  const written = replaceRefs(text, findRefs(text, 'generic'), (ref, source) => {
    const answer = clientRef(ref, source, syntax, client, inputs);
    if ('reason' in answer) reason ??= answer.reason;
    return 'text' in answer ? answer.text : source;
  });
  return reason === undefined ? { text: written } : { reason };
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
    case 'input':
      if (syntax === 'vscode' && inputs.has(ref.name)) return { text: source };
      return { reason: `${client} has no prompt called ${ref.name}` };
    case 'builtin':
      return findRefs(source, syntax).some((found) => found.kind === 'builtin')
        ? { text: source }
        : { reason: `${client} does not know ${source}` };
    case 'env':
    case 'server-env':
    case 'file':
      // A bare ${X} is plain text in the catalog, and must stay so.
      if (ref.syntax === '${X}' || ref.syntax === '${X:-default}') {
        return findRefs(source, syntax).length === 0
          ? { text: source }
          : { reason: `${client} would expand ${source}, which is plain text in the catalog` };
      }
      return envRef(ref, syntax, client);
    default:
      return { reason: `${client} does not know ${source}` };
  }
}

function envRef(ref: FoundRef, syntax: VariableSyntax, client: string): ClientText {
  const fallback = ref.default === undefined ? '' : `:-${ref.default}`;
  if (syntax === 'claude-code') return { text: `\${${ref.name}${fallback}}` };
  if (syntax === 'none') return { reason: `${client} does not expand the environment variable ${ref.name}` };
  if (fallback !== '' && syntax !== 'generic') return { reason: `${client} has no default values for variables` };
  return { text: `\${env:${ref.name}${fallback}}` };
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

function classify(inner: string, syntax: VariableSyntax): Omit<FoundRef, 'start' | 'end'> | undefined {
  const prefixed = /^(secret|env|input):(.*)$/s.exec(inner);
  const [prefix, rest] = [prefixed?.[1], prefixed?.[2] ?? ''];
  if (prefix === 'secret') return { syntax: '${secret:X}', kind: 'secret', name: rest };
  switch (syntax) {
    case 'none':
      return undefined;
    case 'claude-code':
      return bareEnv(inner);
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
