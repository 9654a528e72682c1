// Remembers which row opened a page, so that focus can return to it.
const openers = new Map<string, string>();

export function rememberOpener(list: string, row: string): void {
  openers.set(list, row);
}

/** The row that was opened last from `list`; asking forgets it. */
export function takeOpener(list: string): string | undefined {
  const row = openers.get(list);
  openers.delete(list);
  return row;
}
