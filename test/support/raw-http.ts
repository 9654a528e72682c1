// HTTP as bytes, for requests that no well-behaved client would send.
import { connect } from 'node:net';

export interface RawAnswer {
  /** 0 when the connection closed without an answer. */
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

/** Sends `request` to 127.0.0.1:`port` and reads until the other side closes or the answer is complete. */
export async function rawRequest(port: number, request: string): Promise<RawAnswer> {
  const done = Promise.withResolvers<string>();
  let text = '';
  const socket = connect(port, '127.0.0.1', () => socket.write(request));
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1');
    if (isComplete(text)) socket.destroy();
  });
  socket.on('error', () => undefined);
  socket.on('close', () => done.resolve(text));
  const answer = await done.promise;
  const end = answer.indexOf('\r\n\r\n');
  return {
    status: Number(answer.split(' ', 2)[1] ?? 0),
    head: end < 0 ? answer : answer.slice(0, end),
    body: end < 0 ? '' : answer.slice(end + 4),
  };
}

/** Lines joined as HTTP wants them, with the empty line at the end and then the body. */
export function httpText(lines: readonly string[], body = ''): string {
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

function isComplete(text: string): boolean {
  const end = text.indexOf('\r\n\r\n');
  const length = /\r\ncontent-length: (\d+)/i.exec(text.slice(0, Math.max(0, end)))?.[1];
  return end >= 0 && length !== undefined && text.length >= end + 4 + Number(length);
}
