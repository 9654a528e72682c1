// A secret from a person or a program: typed unseen on a terminal, else all of stdin.
import { promptHidden } from './prompt-hidden.ts';

/** The typed line, or stdin without one trailing line break. */
export async function readSecret(question: string): Promise<string> {
  if (process.stdin.isTTY) return promptHidden(question);
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/\r?\n$/, '');
}
