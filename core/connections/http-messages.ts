// Reads the messages out of an HTTP answer, JSON or event stream, bounded by the message cap.
// It does not know which request they belong to.
import type { HttpResponse } from './http-response.ts';
import { PortolanError } from '../../shared/errors.ts';
import { ByteCollector } from '../base/byte-collector.ts';
import { type Frame, MAX_MESSAGE_BYTES } from './frame.ts';
import { FrameReader, readFrames } from './frame-reader.ts';
import { connectionError } from '../base/connection-error.ts';
import { contentError, MAX_RETRY_AFTER_MS, mediaType } from './http-errors.ts';
import { SseReader } from './sse-reader.ts';

/** A body that nobody reads is thrown away up to this size, so that its socket can be used again. */
const MAX_DRAINED_BYTES = 64 * 1024;

/** Where a resumable stream stands. `events` counts what arrived. */
export interface StreamPosition {
  lastEventId: string | undefined;
  retryMs: number | undefined;
  events: number;
}

export interface MessageHandlers {
  onFrame(frame: Frame): void;
  /** An event that is no message; the stream goes on. */
  onUnreadable(error: PortolanError): void;
  /** An event of another type than `message`. */
  onOtherEvent?(name: string, data: Buffer): void;
}

/**
 * Reads all messages of a successful answer; resolves at its orderly end.
 * @throws PortolanError HTTP_UNEXPECTED_CONTENT, FRAME_INVALID (a JSON body that is no message), FRAME_TOO_LARGE, CONNECTION_LOST.
 */
export async function readMessages(
  response: HttpResponse,
  position: StreamPosition,
  handlers: MessageHandlers,
): Promise<void> {
  const encoding = response.headers['content-encoding'] ?? 'identity';
  const type = mediaType(response);
  const isStream = type === 'text/event-stream';
  if (encoding !== 'identity' || (!isStream && type !== 'application/json') || response.statusCode === 204) {
    const error = contentError(
      response,
      encoding === 'identity' ? undefined : 'The server compressed its answer though it was asked not to.',
    );
    drain(response);
    throw error;
  }
  if (isStream) return readEvents(response, position, handlers);
  for (const frame of await readFrames(await readBody(response))) handlers.onFrame(frame);
}

/**
 * The whole body, at most `maxBytes`.
 * @throws PortolanError FRAME_TOO_LARGE, CONNECTION_LOST
 */
export function readBody(response: HttpResponse, maxBytes: number = MAX_MESSAGE_BYTES): Promise<Buffer> {
  const body = new ByteCollector();
  return receive(response, maxBytes, (chunk) => {
    if (body.length + chunk.length > maxBytes) return body.length + chunk.length;
    body.add(chunk);
    return undefined;
  }).then(() => body.take());
}

/** Throws the body away; a long one together with its connection. */
export function drain(response: HttpResponse): void {
  if (mediaType(response) === 'text/event-stream') {
    response.destroy();
    return;
  }
  let bytes = 0;
  response.read({
    onData: (chunk) => {
      bytes += chunk.length;
      if (bytes > MAX_DRAINED_BYTES) response.destroy();
    },
    onEnd: () => undefined,
    onError: () => undefined,
  });
}

async function readEvents(response: HttpResponse, position: StreamPosition, handlers: MessageHandlers): Promise<void> {
  let tooLarge = false;
  const frames = new FrameReader({
    onFrame: (frame) => handlers.onFrame(frame),
    onUnreadable: (error) => handlers.onUnreadable(error),
    onBusy: (isBusy) => response.hold(isBusy, 'reader'),
  });
  const reader = new SseReader(
    (event) => {
      position.events++;
      if (event.id !== undefined) position.lastEventId = event.id === '' ? undefined : event.id;
      if (event.data.length === 0) return;
      if (event.event === 'message') frames.take(event.data);
      else handlers.onOtherEvent?.(event.event, event.data);
    },
    {
      onRetry: (ms) => {
        position.retryMs = Math.min(ms, MAX_RETRY_AFTER_MS);
      },
      onTooLarge: () => {
        tooLarge = true;
      },
    },
  );
  try {
    await receive(response, Number.POSITIVE_INFINITY, (chunk) => {
      reader.push(chunk);
      return tooLarge ? MAX_MESSAGE_BYTES : undefined;
    });
  } finally {
    reader.end();
    await frames.whenRead();
  }
}

/** Feeds the body to `take`, which gives a number of bytes when that is too many. */
function receive(response: HttpResponse, maxBytes: number, take: (chunk: Buffer) => number | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = (bytes: number): void => {
      reject(tooLargeError(bytes));
      response.destroy();
    };
    const announced = Number(response.headers['content-length'] ?? 0);
    if (announced > maxBytes) {
      refuse(announced);
      return;
    }
    response.read({
      onData: (chunk) => {
        const tooMany = take(chunk);
        if (tooMany !== undefined) refuse(tooMany);
      },
      onEnd: resolve,
      onError: (error) => reject(connectionError(error, { sent: true })),
    });
  });
}

function tooLargeError(bytes: number): PortolanError {
  return new PortolanError('FRAME_TOO_LARGE', "The server's answer is larger than Portolan accepts.", {
    hint: 'Ask the server for less, for instance page by page.',
    data: { sent: true, bytes, maxBytes: MAX_MESSAGE_BYTES },
  });
}
