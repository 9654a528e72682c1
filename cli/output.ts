// How commands speak: aligned tables for people, one JSON document (or JSON lines) for programs, errors with the next step.
import { type ErrorCode, exitCodeOf, isErrorCode, PortolanError } from '../shared/errors.ts';
import { NEXT_STEPS } from './next-steps.ts';
import { escapeHidden, visible, visibleLine } from './visible.ts';

export interface OutputOptions {
  readonly json?: boolean;
}

/** One JSON document on stdout. */
export function printJson(value: unknown): void {
  process.stdout.write(`${escapeHidden(JSON.stringify(value, null, 2))}\n`);
}

/** One JSON value on one line, for commands that stream. */
export function printJsonLine(value: unknown): void {
  process.stdout.write(`${escapeHidden(JSON.stringify(value))}\n`);
}

/** A line for people. Control characters in foreign text become visible, so that no server can steer the terminal. */
export function printLine(text = ''): void {
  process.stdout.write(`${visible(text)}\n`);
}

/** Rows under a header, columns as wide as their longest cell; the last column is free. */
export function printTable(header: readonly string[], rows: readonly (readonly string[])[]): void {
  const cells = [header, ...rows].map((row) => row.map(visibleLine));
  const widths = header.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  for (const row of cells) {
    const line = row
      .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
      .join('  ');
    process.stdout.write(`${line.trimEnd()}\n`);
  }
}

/** `label: value` lines with the values aligned; absent values are left out. */
export function printFacts(facts: readonly (readonly [label: string, value: string | undefined])[]): void {
  const shown = facts.filter((fact): fact is readonly [string, string] => fact[1] !== undefined && fact[1] !== '');
  const width = Math.max(0, ...shown.map(([label]) => label.length));
  for (const [label, value] of shown) printLine(`${label.padEnd(width)}  ${visibleLine(value)}`);
}

/** A remark for people on stderr; programs that read stdout never see it. */
export function printNote(text: string): void {
  process.stderr.write(`portolan: ${visibleLine(text)}\n`);
}

/** Reports a failure and returns the exit status: as a JSON document, or as cause, code and next step on stderr. */
export function reportError(error: unknown, options: OutputOptions): number {
  const known = describeError(error);
  if (options.json) printJson({ error: known });
  else
    process.stderr.write(
      `portolan: ${visibleLine(known.message).replace(/\.$/, '')} (${known.code})\n  next: ${visibleLine(known.hint)}\n`,
    );
  return exitCodeOf(known.code);
}

export interface KnownError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string;
  readonly facts?: unknown;
}

/** Code, cause and next step of anything thrown. */
export function describeError(error: unknown): KnownError {
  if (error instanceof PortolanError) return known(error.code, error.message, error.hint, error.data);
  if (!(error instanceof Error)) return known('INTERNAL', String(error));
  const { code, data } = error as Error & {
    code?: unknown;
    data?: { hint?: unknown; facts?: unknown; issues?: unknown };
  };
  if (code === 'BAD_REQUEST') return known('INPUT_INVALID', issuesText(data?.issues) ?? error.message);
  if (isErrorCode(code)) return known(code, error.message, data?.hint, data?.facts);
  if (typeof code === 'string' && LOST.has(code))
    return known(
      'HOST_UNREACHABLE',
      'the host ended before it answered',
      'Run the command again: it starts a new host.',
    );
  return known('INTERNAL', error.message);
}

/** What the system says when the other end of the control socket is gone. */
const LOST = new Set(['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ENOENT']);

function known(code: ErrorCode, message: string, hint?: unknown, facts?: unknown): KnownError {
  const next = typeof hint === 'string' && hint !== '' ? hint : NEXT_STEPS[code];
  const hasFacts = facts !== null && typeof facts === 'object' && Object.keys(facts).length > 0;
  return { code, message, hint: next, ...(hasFacts ? { facts } : {}) };
}

function issuesText(issues: unknown): string | undefined {
  if (!Array.isArray(issues) || issues.length === 0) return undefined;
  return issues
    .map(
      (issue: { path?: unknown[]; message?: string }) =>
        `${issue.path?.join('.') ?? 'input'}: ${issue.message ?? 'not valid'}`,
    )
    .join('; ');
}
