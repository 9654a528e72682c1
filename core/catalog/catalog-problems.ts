// What people are told about a catalog that cannot be used or changed.
import { PortolanError } from '../../shared/errors.ts';
import type { CatalogState } from '../../shared/model/system.ts';
import type { CatalogContent } from './catalog-file.ts';

/** Everything in a catalog that cannot be used, each with what it is. */
export function leftOut(content: CatalogContent): { readonly what: string; readonly error: PortolanError }[] {
  const lists = [
    ['a server', content.badEntries],
    ['a profile', content.badProfiles],
    ['an identity', content.badIdentities],
    ['an input', content.badInputs],
  ] as const;
  return lists.flatMap(([what, bad]) => bad.map(({ error }) => ({ what, error })));
}

/** `more`: what is added to the message. */
export function problemOf(error: PortolanError, more: string): NonNullable<CatalogState['problem']> {
  const { line, column } = error.data;
  return {
    code: error.code,
    message: error.message + more,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    ...(typeof line === 'number' ? { line } : {}),
    ...(typeof column === 'number' ? { column } : {}),
  };
}

/** What someone who wanted a change is told: which file, where in it, and that it is as it was. */
export function refusedChange(error: PortolanError, path: string): PortolanError {
  const { code, message, hint, data } = error;
  if (code === 'FILE_NOT_READABLE') return error;
  const { line, column } = data;
  const place = line === undefined || column === undefined ? '' : `, line ${line}, column ${column}`;
  const text = `${path}${place}: ${message}; nothing was changed`;
  return new PortolanError(code, text, { ...(hint === undefined ? {} : { hint }), data, cause: error });
}

/** For the log. */
export function reasonOf(error: PortolanError): Readonly<Record<string, unknown>> {
  return { code: error.code, reason: error.message, ...error.data };
}

export function changedOutside(): PortolanError {
  return new PortolanError('FILE_CHANGED', 'the catalog has been changed outside of Portolan since', {
    hint: 'Change it back by hand; undoing would lose the other change.',
  });
}

export function tooLarge(): PortolanError {
  return new PortolanError('RESOURCE_EXHAUSTED', 'the catalog would become larger than 16 MiB', {
    hint: 'Remove servers that are not used.',
  });
}
