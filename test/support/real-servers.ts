// The publisher's own example servers, as installed, over stdio and over Streamable HTTP.
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { ROOT } from './portolan.ts';
import { until } from './until.ts';

const entry = (name: string): string => join(ROOT, 'node_modules', '@modelcontextprotocol', name, 'dist', 'index.js');

export const EVERYTHING = [process.execPath, entry('server-everything'), 'stdio'] as const;
export const MEMORY = [process.execPath, entry('server-memory')] as const;
export const filesystem = (folder: string) => [process.execPath, entry('server-filesystem'), folder] as const;

/** Other servers of the registry, over stdio. */
export const other = (name: string) => [process.execPath, entry(`server-${name}`), '--stdio'] as const;

/** Starts server-everything as a Streamable HTTP server and gives its address; it ends with the test. */
export function everythingOverHttp(): Promise<string> {
  return overHttp('server-everything', 'streamableHttp');
}

/** Starts an installed server that speaks Streamable HTTP on the port in its environment; it ends with the test. */
export async function overHttp(name: string, ...args: string[]): Promise<string> {
  const port = await freePort();
  const child = spawn(process.execPath, [entry(name), ...args], {
    env: { ...process.env, PORT: String(port) },
    stdio: 'ignore',
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const url = `http://127.0.0.1:${port}/mcp`;
  await until(
    () =>
      fetch(url).then(
        () => true,
        () => false,
      ),
    `${name} answers over HTTP`,
  );
  return url;
}

/** A port of 127.0.0.1 that was free a moment ago. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}
