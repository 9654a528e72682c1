// What of a pasted text the host is asked to read: files, fragments and links as they are, a command line or a plain
// address as the entry it means. Pure.
import { type Draft, argsOf } from '../servers/draft.ts';
import { detectPaste } from '../servers/paste-detect.ts';

/** The text to plan an import of. Literal secrets stay in it: the host lifts them out as it does for any file. */
export function importText(pasted: string): string {
  const text = pasted.trim();
  const isLink = /^[a-z][a-z0-9+.-]*:/i.test(text) && !/^https?:\/\//i.test(text);
  const isFile = /^[[{"#]/.test(text) || /[^\\]\r?\n/.test(text);
  if (isLink || isFile) return pasted;
  const detected = detectPaste(text);
  if (detected.kind !== 'url' && detected.kind !== 'command') return pasted;
  const { draft } = detected;
  return JSON.stringify({ mcpServers: { [draft.name === '' ? 'server' : draft.name]: entryOf(draft) } });
}

function entryOf(draft: Draft): object {
  if (draft.type === 'sse') return { type: 'sse', url: draft.url };
  if (draft.type !== 'stdio') return { url: draft.url };
  const env = Object.fromEntries(draft.env.map(({ name, value }) => [name, value]));
  return { command: draft.command, args: argsOf(draft.args), env };
}
