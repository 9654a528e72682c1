// One small HTTP request over the control socket.
import { http } from '../core/base/node-http.ts';

const TIMEOUT_MS = 5_000;

/** Status and body of the answer. Rejects with the system's error when nobody answers within `timeoutMs`. */
export async function requestControl(
  socketPath: string,
  method: 'GET' | 'POST',
  path: string,
  body?: string,
  timeoutMs = TIMEOUT_MS,
): Promise<{ status: number; body: string }> {
  const answer = Promise.withResolvers<{ status: number; body: string }>();
  const headers = { Connection: 'close', ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) };
  const request = http.request({ socketPath, method, path, headers, timeout: timeoutMs }, (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('error', answer.reject);
    response.on('end', () =>
      answer.resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }),
    );
  });
  request.on('timeout', () => request.destroy(new Error('the host did not answer in time')));
  request.on('error', answer.reject);
  request.end(body);
  return answer.promise;
}
