// Copies a secret so that it leaves the clipboard again. The desktop shell does so always; a browser's tab where it was
// allowed to read the clipboard, and while its page is in front.
import type { Powers } from '../bridge/bridge.ts';

const KEPT_MS = 30_000;

let timer: ReturnType<typeof setTimeout> | undefined;

/** Copies `text`. Rejects when the clipboard refuses it. */
export async function copyForAWhile(text: string, { copySecret }: Powers): Promise<void> {
  if (copySecret !== undefined) return void (await copySecret(text));
  await navigator.clipboard.writeText(text);
  clearTimeout(timer);
  timer = setTimeout(() => void clearIfUnchanged(text).catch(() => undefined), KEPT_MS);
}

/** Nobody is asked for the right to read: without it the text stays. */
async function clearIfUnchanged(text: string): Promise<void> {
  const { state } = await navigator.permissions.query({ name: 'clipboard-read' as PermissionName });
  if (state === 'granted' && (await navigator.clipboard.readText()) === text) await navigator.clipboard.writeText('');
}
