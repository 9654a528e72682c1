// What the vault refuses, and what it says of a secret that it cannot give.
import { PortolanError } from '../../shared/errors.ts';

const NAME = /^[A-Za-z0-9_][A-Za-z0-9_.:/@-]{0,199}$/;
const TOKEN_KEY = /^[A-Za-z0-9_.:/-]{1,190}$/;
const MAX_VALUE_BYTES = 1_048_576;

/** True for the names that people give to secrets. */
export function isSecretName(name: string): boolean {
  return NAME.test(name);
}

/** Throws INPUT_INVALID. */
export function checkSecretName(name: string): void {
  if (isSecretName(name)) return;
  throw new PortolanError('INPUT_INVALID', 'this is not a name for a secret', {
    hint: 'Use up to 200 letters, digits and _ . - : / @, beginning with a letter, digit or underscore.',
  });
}

/** Throws INPUT_INVALID. */
export function checkTokenKey(key: string): void {
  if (TOKEN_KEY.test(key)) return;
  throw new PortolanError('INPUT_INVALID', 'this is not a key for a token', {
    hint: 'Use 1 to 190 letters, digits and _ . : / -.',
  });
}

/** Throws INPUT_INVALID for what a keychain would cut or refuse. */
export function checkSecretValue(value: string): void {
  if (value === '') throw unfit('is empty');
  checkText(value);
}

/** As `checkSecretValue`, for a text that may be empty. */
export function checkText(text: string): void {
  if (text.includes('\0')) throw unfit('holds a NUL character, which keychains cut off');
  if (!text.isWellFormed()) throw unfit('is not valid Unicode text');
  if (Buffer.byteLength(text) > MAX_VALUE_BYTES) throw unfit('is longer than 1 MiB');
}

export function secretNotFound(name: string): PortolanError {
  return new PortolanError('SECRET_NOT_FOUND', `there is no secret named ${name}`, {
    hint: `Store it with \`portolan secret set ${name}\`.`,
    data: { name, known: false },
  });
}

export function secretGone(name: string): PortolanError {
  return new PortolanError('SECRET_NOT_FOUND', `the secret ${name} was removed from the keychain outside of Portolan`, {
    hint: `Store it again with \`portolan secret set ${name}\`.`,
    data: { name, known: true },
  });
}

/** It is in a place that was left while that was closed. */
export function secretElsewhere(name: string, was: string, is: string): PortolanError {
  return new PortolanError('KEYCHAIN_CHANGED', `${name} is kept in the ${was}, and secrets are kept in the ${is} now`, {
    hint: `Store it again with \`portolan secret set ${name}\`, or go back with \`portolan vault use\`.`,
    data: { name, was, is },
  });
}

/** Only the encrypted file has a passphrase of its own. */
export function notOurLock(backend: string): PortolanError {
  return new PortolanError('UNSUPPORTED', `the ${backend} is not locked or unlocked by Portolan`, {
    hint: 'Use the keychain program of your system, or choose the encrypted file with `portolan vault use file`.',
    data: { backend },
  });
}

export function unreadable(name: string, what: string): PortolanError {
  const hint = isSecretName(name) ? 'Store it again with `portolan secret set`.' : 'Sign in again.';
  return new PortolanError('KEYCHAIN_FAILED', `${name} ${what}`, { hint, data: { name } });
}

function unfit(problem: string): PortolanError {
  return new PortolanError('INPUT_INVALID', `the secret ${problem}`, { hint: 'Encode binary data as Base64 first.' });
}
