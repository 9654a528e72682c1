// The polite live region: at most one message in five seconds, the newest wins.
const GAP_MS = 5000;

let listener: ((text: string) => void) | undefined;
let waiting: string | undefined;
let lastAt = Number.NEGATIVE_INFINITY;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Says `text` to screen readers, now or when the last message is five seconds old. */
export function announce(text: string): void {
  waiting = text;
  if (timer !== undefined) return;
  timer = setTimeout(flush, Math.max(0, lastAt + GAP_MS - performance.now()));
}

function flush(): void {
  timer = undefined;
  if (waiting === undefined) return;
  lastAt = performance.now();
  listener?.(waiting);
  waiting = undefined;
}

/** The region registers itself here. */
export function onAnnouncement(next: (text: string) => void): () => void {
  listener = next;
  return () => {
    if (listener === next) listener = undefined;
  };
}
