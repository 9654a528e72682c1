// Reads the body of a POST: as long as a message may be, and not a byte more.
import type { IncomingMessage } from 'node:http';
import { MAX_MESSAGE_BYTES } from '../../connections/frame.ts';

/** The whole body; `too-large` above the limit of messages, `cut` when the client left before its end. Never throws. */
export async function readMessage(req: IncomingMessage): Promise<Buffer | 'too-large' | 'cut'> {
  if (Number(req.headers['content-length'] ?? 0) > MAX_MESSAGE_BYTES) return 'too-large';
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of req as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > MAX_MESSAGE_BYTES) return 'too-large';
      chunks.push(chunk);
    }
  } catch {
    return 'cut';
  }
  return req.complete ? Buffer.concat(chunks) : 'cut';
}
