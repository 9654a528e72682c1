// Entry of the reader's thread.
import { parentPort, workerData } from 'node:worker_threads';
import { toPortolanError } from '../../shared/errors.ts';
import { AuditReader, type ReaderOptions } from './audit-reader.ts';
import type { FromReader, ReaderRequest, ToReader } from './worker-messages.ts';

const port = parentPort;
if (port === null) throw new Error('reader-worker.ts runs as a worker thread only');
const post = (message: FromReader): void => port.postMessage(message);

const reader = new AuditReader(workerData as ReaderOptions);
const running = new Map<number, AbortController>();

port.on('message', (message: ToReader) => {
  switch (message.kind) {
    case 'request':
      void answer(message.call, message.request);
      break;
    case 'abort':
      running.get(message.call)?.abort();
      break;
    case 'follow':
      // A failure here shows again, with an address to tell it to, at the next request.
      try {
        reader.follow();
      } catch {}
      post({ kind: 'followed' });
      break;
    case 'close':
      for (const controller of running.values()) controller.abort();
      reader.close();
      post({ kind: 'closed' });
      port.close();
      break;
  }
});

async function answer(call: number, request: ReaderRequest): Promise<void> {
  const controller = new AbortController();
  running.set(call, controller);
  try {
    const onProgress = (verified: number, total: number): void => post({ kind: 'progress', call, verified, total });
    post({ kind: 'answer', call, value: await reader.answer(request, onProgress, controller.signal) });
  } catch (error) {
    const { code, message, hint, data } = toPortolanError(error);
    post({ kind: 'error', call, error: { code, message, hint, data } });
  } finally {
    running.delete(call);
  }
}
