// Words of an authorization server, made fit to be shown to a person: plain, short, and unable to act on a terminal or page.

/** The longest text that is given, in characters. */
const LONGEST = 500;
/** Nothing beyond is looked at, in UTF-16 units. */
const LONGEST_READ = 8_192;

/** Sequences that a terminal obeys: control sequences, strings (titles, links) and single escapes. (ECMA-48) */
const ESCAPE_SEQUENCES =
  // oxlint-disable-next-line no-control-regex -- control characters are what this is about
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]?|(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?|\u001b[ -/]*[0-~]?/g;
const TAGS = /<[/!?]?[a-z!?-][^<>]*>/gi;
const SPACES = /[\p{Cc}\p{Z}]+/gu;
/** Invisible or reordering characters, private ones, and halves of characters. */
const HIDDEN = /[\p{Cf}\p{Cs}\p{Co}]/gu;

/**
 * `text` as one line of plain text: no terminal sequences, control, invisible or direction characters, no markup, and at
 * most 500 characters. For `error_description` and the like, which anyone may have written. (OAuth 2.0, 4.1.2.1)
 */
export function cleanForeign(text: string): string {
  const plain = text
    .slice(0, LONGEST_READ)
    .replaceAll(ESCAPE_SEQUENCES, '')
    .replaceAll(TAGS, ' ')
    .replaceAll(HIDDEN, '')
    .replaceAll(SPACES, ' ')
    .replaceAll('<', '‹')
    .replaceAll('>', '›')
    .trim();
  const characters = Array.from(plain);
  const cut = characters.length > LONGEST || (text.length > LONGEST_READ && plain !== '');
  return cut
    ? `${characters
        .slice(0, LONGEST - 1)
        .join('')
        .trimEnd()}…`
    : plain;
}
