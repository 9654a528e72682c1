// A secret for a command: asked for on the terminal without showing it, or read from stdin. Never from the command line.
import { promptHidden } from './prompt-hidden.ts';

/** The line that was typed, or all of stdin without one trailing line break. */
export async function readSecret(question: string): Promise<string> {
  if (process.stdin.isTTY) return promptHidden(question);
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/\r?\n$/, '');
}
