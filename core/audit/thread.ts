// Starts one of the audit threads from the file next to this one: `.ts` in a checkout under test, `.js` when built.
import { Worker } from 'node:worker_threads';

export interface ThreadEvents<From> {
  onMessage(message: From): void;
  /** Once, when the thread has ended for any reason but `stop`. */
  onGone(error: Error): void;
}

export interface Thread<To> {
  post(message: To): void;
  /** Ends the thread at once; resolves when it is gone. */
  stop(): Promise<void>;
}

/** `name` is the file's name without extension; `data` is what it finds in `workerData`. */
export function startThread<To, From>(name: string, data: object, events: ThreadEvents<From>): Thread<To> {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  // No flags and no file standing for stdin are handed down: the thread is only ever our own file.
  const worker = new Worker(new URL(`./${name}.${extension}`, import.meta.url), {
    workerData: data,
    execArgv: [],
    name,
  });
  let stopped = false;
  const gone = (error: Error): void => {
    if (stopped) return;
    stopped = true;
    events.onGone(error);
  };
  worker.on('message', (message: From) => {
    if (!stopped) events.onMessage(message);
  });
  worker.on('error', (error) => gone(error instanceof Error ? error : new Error(String(error))));
  worker.on('exit', (code) => gone(new Error(`the thread ended with code ${code}`)));
  return {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    post: (message) => worker.postMessage(message),
    stop: async () => {
      stopped = true;
      await worker.terminate();
    },
  };
}
