// The custom scheme behind a loopback port, streams included: only Electron can register a scheme with Chromium.
import { createServer } from 'node:http';
import { Readable } from 'node:stream';

const NOT_FORWARDED = ['host', 'connection', 'content-length', 'transfer-encoding'];
let scheme = '';
let handler;
let base;

/** What `protocol.handle` does. */
export function handle(name, answer) {
  scheme = name;
  handler = answer;
}

/** The loopback address of one of the scheme. */
export async function asLoopback(url) {
  base ??= listen();
  return url.replace(`${scheme}://app`, await base);
}

/** The scheme's address of a loopback one. */
export function asScheme(url) {
  return url.replace(/^http:\/\/127\.0\.0\.1:\d+/, `${scheme}://app`);
}

function listen() {
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${server.address().port}`));
  });
}

async function answer(request, response) {
  // No abort signal: whether Electron gives one is not known, so the shell must not need it.
  const { status, headers, body } = await handler(
    new Request(`${scheme}://app${request.url}`, {
      method: request.method,
      headers: Object.entries(request.headers).filter(([name]) => !NOT_FORWARDED.includes(name)),
      ...(request.method === 'POST' ? { body: Readable.toWeb(request), duplex: 'half' } : {}),
    }),
  );
  response.writeHead(status, Object.fromEntries(headers));
  for await (const chunk of body ?? []) response.write(chunk);
  response.end();
}
