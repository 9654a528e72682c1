// The numbers that flags take.
import { PortolanError } from '../shared/errors.ts';

/** A parser for a whole number within the limits; it throws INPUT_INVALID in words that name the flag. */
export function wholeNumber(flag: string, least: number, most = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    const range = most === Number.MAX_SAFE_INTEGER ? `from ${least}` : `from ${least} to ${most}`;
    throw new PortolanError('INPUT_INVALID', `${flag} takes a whole number ${range}, not ${JSON.stringify(text)}`, {
      hint: `Correct the value of ${flag}.`,
    });
  };
}
