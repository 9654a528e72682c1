// The filter that the next opened list begins with, set by whoever links to it.
let next: string | undefined;

export function setNextFilter(text: string): void {
  next = text;
}

/** The filter that was set; asking forgets it. */
export function takeNextFilter(): string {
  const text = next ?? '';
  next = undefined;
  return text;
}
