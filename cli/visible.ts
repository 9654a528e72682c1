// Foreign text on a terminal: nothing in it may hide, reorder or steer.
import { HIDDEN_CHARACTERS, visible } from '../shared/hidden-characters.ts';

export { visible };

/** The same on one line, so that foreign text cannot pretend to be a line of Portolan's own. */
export function visibleLine(text: string): string {
  return visible(text).replaceAll(/[\n\t]+/g, ' ');
}

/** JSON text with hidden characters in their escaped form: the same document, without power over a terminal. */
export function escapeHidden(json: string): string {
  return json.replace(HIDDEN_CHARACTERS, (character) =>
    Array.from({ length: character.length }, (_, index) => unicodeEscape(character.charCodeAt(index))).join(''),
  );
}

function unicodeEscape(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}
