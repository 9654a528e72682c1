// The shim's side of the control socket, as bytes: what `portolan connect` does, for tests of the host alone.
import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';

export interface ShimAnswer {
  readonly status: number;
  /** Body of a refusal. */
  readonly body: string;
  readonly socket: Socket;
  /** Everything received after the answer so far. */
  received(): string;
}

export interface ShimOptions {
  readonly server: string;
  readonly sessionId?: string;
  readonly pid?: number;
  readonly resume?: string;
  /** Sent right behind the request, before any answer. */
  readonly early?: string;
}

/** Asks the host at `socketPath` for an upgrade and resolves with its answer. */
export async function connectShim(socketPath: string, options: ShimOptions): Promise<ShimAnswer> {
  const socket = connect({ path: socketPath, allowHalfOpen: true });
  const answer = Promise.withResolvers<ShimAnswer>();
  const headers = [
    `GET /connect?server=${encodeURIComponent(options.server)} HTTP/1.1`,
    'Host: host',
    'Connection: Upgrade',
    'Upgrade: portolan-stdio',
    `X-Portolan-Session: ${options.sessionId ?? newSessionId()}`,
    `X-Portolan-Pid: ${options.pid ?? process.pid}`,
    `X-Portolan-Parent: ${process.ppid}`,
    ...(options.resume === undefined ? [] : [`X-Portolan-Resume: ${Buffer.from(options.resume).toString('base64')}`]),
  ];
  let text = '';
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('utf8');
    const end = text.indexOf('\r\n\r\n');
    if (end < 0) return;
    const status = Number(text.split(' ', 2)[1]);
    const length = /content-length: (\d+)/i.exec(text.slice(0, end))?.[1];
    if (length !== undefined && text.length < end + 4 + Number(length)) return;
    answer.resolve({ status, body: text.slice(end + 4), socket, received: () => text.slice(end + 4) });
  });
  socket.on('error', answer.reject);
  socket.on('close', () => answer.reject(new Error('the host closed the connection without an answer')));
  socket.write(`${headers.join('\r\n')}\r\n\r\n${options.early ?? ''}`);
  return answer.promise;
}

export function newSessionId(): string {
  return randomBytes(16).toString('hex');
}
