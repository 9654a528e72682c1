// Entry of the writer's thread. It blocks on disk writes so that the host's main thread never does.
import { parentPort, workerData } from 'node:worker_threads';
import { AuditWriter } from './audit-writer.ts';
import type { FromWriter, ToWriter, WriterOptions } from './worker-messages.ts';

/** The head follows the log at most this far behind while the log grows, in milliseconds. */
const HEAD_EVERY_MS = 1000;

const port = parentPort;
if (port === null) throw new Error('audit-worker.ts runs as a worker thread only');
const post = (message: FromWriter): void => port.postMessage(message);

let writer: AuditWriter | undefined;
let headTimer: NodeJS.Timeout | undefined;

attempt(() => {
  const options = workerData as WriterOptions;
  writer = new AuditWriter(options, (number, head, summaries) => post({ kind: 'durable', number, head, summaries }));
  writer.recover();
  post({ kind: 'ready', head: writer.head, lastAt: writer.lastAt });
});

port.on('message', (message: ToWriter) => {
  attempt(() => {
    writer?.ingest(message.to, message.kind === 'ingest' && message.summaries);
    if (message.kind === 'close') {
      clearTimeout(headTimer);
      writer?.close();
      post({ kind: 'closed' });
      port.close();
      return;
    }
    post({ kind: 'idle' });
    if (writer?.headIsBehind === true) headTimer ??= setTimeout(saveHead, HEAD_EVERY_MS);
  });
});

function saveHead(): void {
  headTimer = undefined;
  attempt(() => writer?.saveHead());
}

function attempt(work: () => void): void {
  try {
    work();
  } catch (error) {
    clearTimeout(headTimer);
    try {
      writer?.abandon();
    } catch {
      // The first error says why; a disk that also refuses to cut the file adds nothing.
    }
    writer = undefined;
    post({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
    port?.close();
  }
}
