// Shortens text for one-line places. The whole text is always reachable elsewhere.

/** At most `max` characters with the middle cut, so that both ends stay readable. */
export function cutMiddle(text: string, max: number): string {
  const characters = Array.from(text);
  if (characters.length <= max) return text;
  const head = Math.ceil((max - 1) / 2);
  const tail = Math.floor((max - 1) / 2);
  return `${characters.slice(0, head).join('')}…${characters.slice(characters.length - tail).join('')}`;
}

/** At most `max` characters with the end cut. */
export function cutEnd(text: string, max: number): string {
  const characters = Array.from(text);
  return characters.length <= max ? text : `${characters.slice(0, max - 1).join('')}…`;
}

/** The first `lines` lines and how many there are in all. */
export function firstLines(text: string, lines: number): { readonly text: string; readonly total: number } {
  let at = -1;
  let end = -1;
  let total = 1;
  while ((at = text.indexOf('\n', at + 1)) !== -1) {
    if (total === lines) end = at;
    total += 1;
  }
  return { text: end === -1 ? text : text.slice(0, end), total };
}
