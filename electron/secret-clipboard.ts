// Secrets that a person copies leave the clipboard again. The only use of Electron's `clipboard`, which the page cannot read.
import { clipboard } from 'electron';

const KEPT_MS = 30_000;
const LONGEST = 100_000;

let timer: NodeJS.Timeout | undefined;

/** Copies `text` and clears the clipboard 30 seconds later if the text is still in it. Throws for what is no such text. */
export async function copySecret(text: unknown): Promise<void> {
  if (typeof text !== 'string' || text === '' || text.length > LONGEST) throw new TypeError('a secret is a text');
  clearTimeout(timer);
  await clipboard.writeText(text);
  timer = setTimeout(() => void clearIfUnchanged(text).catch(() => undefined), KEPT_MS);
}

async function clearIfUnchanged(text: string): Promise<void> {
  if ((await clipboard.readText()) === text) await clipboard.writeText('');
}
