// The pipe for a child's stderr, read into one buffer that is used again and again: with Node's own pipe every read
// makes a new buffer, and a flood of them raises the host's memory by 80 MB before the first is freed.
//
// Like Node's pipe it is a pair of Unix sockets, which a child finds in blocking mode; Node can make a pair only through
// a socket that listens. It listens at a name that nobody can guess, in a folder that is only ours, for one connection.
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { PortolanError } from '../../shared/errors.ts';
import { ERROR_PIPE_SUFFIX } from './leftovers.ts';

const BUFFER_BYTES = 64 * 1024;

export interface ErrorPipe {
  /** For `spawn`, as its fd 2. */
  readonly childEnd: Socket | 'pipe';
  /** To be called once the child runs: from now on `onBytes` gets what it writes, to be copied before it returns. */
  read(child: ChildProcess, onBytes: (bytes: Buffer) => void): Readable;
  /** No child was started: both ends are closed. */
  discard(): void;
}

/**
 * Makes the pipe for one child. Where no socket can be made (on Windows, or the path is too long), it is Node's own.
 * @param dir exists and is only the person's own
 */
export async function openErrorPipe(dir: string): Promise<ErrorPipe> {
  if (process.platform === 'win32') return nodePipe;
  let onBytes: (bytes: Buffer) => void = () => undefined;
  try {
    const { ownEnd, childEnd } = await socketPair(dir, (bytes) => onBytes(bytes));
    return {
      childEnd,
      read: (_child, fn) => {
        onBytes = fn;
        // The child has its copy; with ours open the end would never be seen.
        childEnd.destroy();
        return ownEnd.resume();
      },
      discard: () => {
        childEnd.destroy();
        ownEnd.destroy();
      },
    };
  } catch {
    return nodePipe;
  }
}

const nodePipe: ErrorPipe = {
  childEnd: 'pipe',
  read: ({ stderr }, onBytes) => {
    if (stderr === null) throw new PortolanError('INTERNAL', 'A server was started without its pipe for errors.');
    return stderr.on('data', onBytes);
  },
  discard: () => undefined,
};

/** Both ends are paused. Rejects when the system does not make them. */
function socketPair(dir: string, onBytes: (bytes: Buffer) => void): Promise<{ ownEnd: Socket; childEnd: Socket }> {
  const path = join(dir, `${randomBytes(6).toString('hex')}${ERROR_PIPE_SUFFIX}`);
  return new Promise((resolve, reject) => {
    const server = createServer({ pauseOnConnect: true });
    let ownEnd: Socket | undefined;
    const fail = (error: Error) => {
      server.close();
      ownEnd?.destroy();
      reject(error);
    };
    server.once('error', fail);
    server.once('connection', (childEnd) => {
      // Removes the name too.
      server.close();
      if (ownEnd === undefined || ownEnd.destroyed) childEnd.destroy();
      else resolve({ ownEnd, childEnd });
    });
    server.listen(path, () => {
      const buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
      const callback = (length: number) => {
        onBytes(buffer.subarray(0, length));
        return true;
      };
      ownEnd = connect({ path, onread: { buffer, callback } }).pause();
      ownEnd.on('error', fail).once('close', () => fail(new Error('the connection was closed')));
    });
  });
}
