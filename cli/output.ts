// How commands speak: aligned tables for people, one JSON document (or JSON lines) for programs, errors with the next step.
import { exitCodeOf, isErrorCode, PortolanError } from '../shared/errors.ts';

export interface OutputOptions {
  readonly json?: boolean;
}

/** One JSON document on stdout. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** One JSON value on one line, for commands that stream. */
export function printJsonLine(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

/** A line for people. Control characters in foreign text become visible, so that no server can steer the terminal. */
export function printLine(text = ''): void {
  process.stdout.write(`${visible(text)}\n`);
}

/** Rows under a header, columns as wide as their longest cell; the last column is free. */
export function printTable(header: readonly string[], rows: readonly (readonly string[])[]): void {
  const cells = [header, ...rows].map((row) => row.map(visible));
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
  for (const [label, value] of shown) printLine(`${label.padEnd(width)}  ${value}`);
}

/** Reports a failure and returns the exit status: as a JSON document, or as cause, code and next step on stderr. */
export function reportError(error: unknown, options: OutputOptions): number {
  const known = describe(error);
  if (options.json) printJson({ error: known });
  else
    process.stderr.write(
      `portolan: ${visible(known.message)} (${known.code})\n${known.hint ? `  next: ${visible(known.hint)}\n` : ''}`,
    );
  return isErrorCode(known.code) ? exitCodeOf(known.code) : 1;
}

/** Control, bidirectional and invisible characters as ⟨U+XXXX⟩; line breaks and tabs stay. */
export function visible(text: string): string {
  return text.replace(
    // oxlint-disable-next-line no-control-regex -- these are exactly the characters that must not reach a terminal
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|[\ufe00-\ufe0f]|[\u{e0000}-\u{e0fff}]/gu,
    (character) => `⟨U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`,
  );
}

interface KnownError {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly facts?: unknown;
}

function describe(error: unknown): KnownError {
  if (error instanceof PortolanError) {
    return {
      code: error.code,
      message: error.message,
      ...(error.hint ? { hint: error.hint } : {}),
      ...factsOf(error.data),
    };
  }
  if (!(error instanceof Error)) return { code: 'INTERNAL', message: String(error) };
  const { code, data } = error as Error & {
    code?: unknown;
    data?: { hint?: unknown; facts?: unknown; issues?: unknown };
  };
  if (code === 'BAD_REQUEST') return { code: 'INPUT_INVALID', message: issuesText(data?.issues) ?? error.message };
  if (isErrorCode(code)) {
    return {
      code,
      message: error.message,
      ...(typeof data?.hint === 'string' ? { hint: data.hint } : {}),
      ...factsOf(data?.facts),
    };
  }
  return { code: 'INTERNAL', message: error.message };
}

function factsOf(facts: unknown): { facts?: unknown } {
  return facts && typeof facts === 'object' && Object.keys(facts).length > 0 ? { facts } : {};
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
