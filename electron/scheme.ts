// `portolan-app://app/…`: every page, style and call of the window, answered by the host.
import { protocol } from 'electron';
import { type PortolanError, toPortolanError } from '../shared/errors.ts';
import { SCHEME } from './app-origin.ts';
import { forward } from './forward.ts';

let open = new AbortController();

/** Must run before Electron is ready: gives the scheme the rights of a standard, secure origin with streams. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    {
      scheme: SCHEME,
      privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true },
    },
  ]);
}

/** Answers the scheme from the host at `socket`. A page asked for while no host answers starts one with `startHost`. */
export function handleScheme(socket: string, startHost: () => Promise<unknown>): void {
  protocol.handle(SCHEME, async (request) => {
    const { host, pathname } = new URL(request.url);
    if (host !== 'app') return refusal(404, 'NOT_FOUND', 'there is no such page');
    if (request.method !== 'GET' && request.method !== 'POST')
      return refusal(405, 'FORBIDDEN', 'only GET and POST are answered');
    const end = open.signal;
    const isCall = pathname.startsWith('/rpc/');
    // What hosts say to each other goes over the same socket.
    if (request.method === 'POST' && !isCall) return refusal(404, 'NOT_FOUND', 'there is no such procedure');
    try {
      return await forward(request, socket, end);
    } catch (error) {
      if (isCall) return rpcRefusal(toPortolanError(error));
      if (end.aborted || request.signal.aborted) return refusal(502, 'HOST_UNREACHABLE', 'the page is gone');
    }
    try {
      await startHost();
      return await forward(request, socket, end);
    } catch (error) {
      return refusal(502, 'HOST_UNREACHABLE', toPortolanError(error).message);
    }
  });
}

/** Ends every request under way: their page is gone, whether Electron tells their handlers or not. */
export function closeStreams(): void {
  open.abort();
  open = new AbortController();
}

function refusal(status: number, code: string, message: string): Response {
  return Response.json({ code, message }, { status, headers: { 'x-content-type-options': 'nosniff' } });
}

/** A refusal in oRPC's own form, so that the page's client reads it as a typed error. */
function rpcRefusal({ code, message, hint }: PortolanError): Response {
  return Response.json({ json: { defined: true, code, status: 502, message, data: { hint } } }, { status: 502 });
}
