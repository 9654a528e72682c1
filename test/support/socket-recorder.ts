// Stands between everybody and the host on its socket, and keeps every byte of both directions.
import { renameSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { onTestFinished } from 'vitest';

export interface SocketRecord {
  /** What the host said, each connection as a whole. */
  fromHost(): string[];
  /** What was said to it. */
  toHost(): string[];
}

/** Takes the place of the socket at `path`, where a host listens. What is connected already goes on unrecorded. */
export async function recordSocket(path: string): Promise<SocketRecord> {
  const behind = `${path}.host`;
  renameSync(path, behind);
  const connections: { readonly toHost: Buffer[]; readonly fromHost: Buffer[] }[] = [];
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const record = { toHost: [] as Buffer[], fromHost: [] as Buffer[] };
    connections.push(record);
    const far = connect({ path: behind, allowHalfOpen: true });
    near.on('data', (chunk: Buffer) => record.toHost.push(chunk));
    far.on('data', (chunk: Buffer) => record.fromHost.push(chunk));
    near.pipe(far).pipe(near);
    near.on('error', () => far.destroy());
    far.on('error', () => near.destroy());
    near.on('close', () => far.end());
    far.on('close', () => near.end());
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  onTestFinished(() => void server.close());
  const texts = (which: 'toHost' | 'fromHost') => () =>
    connections.map((connection) => Buffer.concat(connection[which]).toString('latin1'));
  return { fromHost: texts('fromHost'), toHost: texts('toHost') };
}
