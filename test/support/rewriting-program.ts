// A program for tests that rewrites a JSON file when it is told to, as other MCP clients do: it reads, adds a marker and
// writes, in place or by rename under a lock directory.
import { mkdirSync, readFileSync, renameSync, rmdirSync, writeFileSync } from 'node:fs';

interface Order {
  readonly path: string;
  readonly marker: number;
  readonly waitMicros: number;
  readonly locked: boolean;
}

process.on('message', ({ path, marker, waitMicros, locked }: Order) => {
  const end = performance.now() + waitMicros / 1000;
  while (performance.now() < end);
  if (locked)
    underLock(`${path}.lock`, () => {
      writeFileSync(`${path}.theirs`, marked(path, marker));
      renameSync(`${path}.theirs`, path);
    });
  else writeFileSync(path, marked(path, marker));
  process.send?.('done');
});

function marked(path: string, marker: number): string {
  const content = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  return JSON.stringify({ ...content, marker }, null, 2);
}

function underLock(lock: string, action: () => void): void {
  for (;;) {
    try {
      mkdirSync(lock);
      break;
    } catch {
      continue;
    }
  }
  action();
  rmdirSync(lock);
}
