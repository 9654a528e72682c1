// A shim's connection: reads who asks for which server, refuses or answers 101, and hands the bare stream to the gateway.
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { CatalogReader } from '../core/connections/upstream.ts';
import { noProfile, type ProfileReader } from '../core/gateway/profile/profile-sessions.ts';
import { profileTarget } from '../core/gateway/profile/profile-target.ts';
import type { Caller } from '../core/audit/audit-event.ts';
import { PortolanError } from '../shared/errors.ts';
import type { Adoptions } from './adoptions.ts';
import { readPeer } from './peer.ts';
import type { GatewayPort } from './ports.ts';

const SWITCHING = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: portolan-stdio\r\n\r\n';

export interface ShimRequest {
  /** `profile:NAME` for a profile. */
  readonly server: string;
  readonly sessionId: string;
  readonly caller: Caller;
  /** The client's first line, when the shim comes back after a host died or handed over. */
  readonly resume: Buffer | undefined;
  /** Ids (source text) of requests that got no answer from the host before; empty unless `resume`. */
  readonly unanswered: readonly string[];
}

/**
 * Reads the upgrade request of a shim. Throws INPUT_INVALID for a malformed one, FORBIDDEN for a process of another
 * user, SERVER_NOT_FOUND, SERVER_DISABLED and PROFILE_NOT_FOUND for what the catalog says.
 */
export function readShimRequest(req: IncomingMessage, catalog: CatalogReader & ProfileReader): ShimRequest {
  const url = new URL(req.url ?? '/', 'http://host');
  const profile = url.searchParams.get('profile');
  const server = profile === null ? (url.searchParams.get('server') ?? '') : profileTarget(profile);
  const sessionId = headerOf(req, 'x-portolan-session');
  if (url.pathname !== '/connect' || headerOf(req, 'upgrade') !== 'portolan-stdio' || server === '') {
    throw new PortolanError('INPUT_INVALID', 'this is not a connection that Portolan knows');
  }
  if (!/^[0-9a-f]{32}$/.test(sessionId)) {
    throw new PortolanError('INPUT_INVALID', 'the session id is not 32 hexadecimal digits');
  }
  const parent = Number(headerOf(req, 'x-portolan-parent'));
  const caller = readPeer(Number(headerOf(req, 'x-portolan-pid')), Number.isSafeInteger(parent) ? parent : undefined);
  if (profile === null) checkServer(server, catalog);
  else if (catalog.profile(profile) === undefined) throw noProfile(profile);
  const resume = headerOf(req, 'x-portolan-resume');
  if (resume === '') return { server, sessionId, caller, resume: undefined, unanswered: [] };
  const unanswered = readIds(headerOf(req, 'x-portolan-unanswered'));
  return { server, sessionId, caller, resume: Buffer.from(resume, 'base64'), unanswered };
}

function checkServer(server: string, catalog: CatalogReader): void {
  const entry = catalog.get(server);
  if (entry === undefined) {
    throw new PortolanError('SERVER_NOT_FOUND', `there is no server named ${JSON.stringify(server)} in the catalog`, {
      hint: 'See the names with: portolan list',
    });
  }
  if (!entry.options.enabled) {
    throw new PortolanError('SERVER_DISABLED', `the server ${server} is turned off`, {
      hint: `Turn it on with: portolan enable ${server}`,
    });
  }
}

/** Answers 101 and attaches the stream. `head`: bytes that came right behind the upgrade request. */
export async function acceptShim(options: {
  request: ShimRequest;
  socket: Socket;
  head: Buffer;
  gateway: Pick<GatewayPort, 'attach'>;
  adoptions: Adoptions;
}): Promise<void> {
  const { request, socket, head, gateway, adoptions } = options;
  const { resume, unanswered, ...attachment } = request;
  const pending = resume === undefined ? undefined : await adoptions.take(request.sessionId);
  if (socket.destroyed) return;
  if (head.length > 0) socket.unshift(head);
  socket.setNoDelay(true);
  socket.setTimeout(0);
  socket.write(SWITCHING);
  try {
    gateway.attach({
      ...attachment,
      stream: socket,
      ...(resume === undefined ? {} : { resume }),
      // After a hand-over nothing is unanswered but what comes as pending.
      ...(pending === undefined ? { unanswered } : { pending }),
    });
  } catch (error) {
    // The 101 is out: an HTTP refusal can no longer be told.
    socket.destroy();
    throw error;
  }
}

function headerOf(req: IncomingMessage, name: string): string {
  const value = req.headers[name];
  return typeof value === 'string' ? value : '';
}

/** Base64 of a JSON list of ids as they stood in the requests; anything else counts as none. */
function readIds(header: string): string[] {
  try {
    const ids: unknown = JSON.parse(Buffer.from(header, 'base64').toString('utf8'));
    if (!Array.isArray(ids)) return [];
    return ids.filter(
      (id): id is string => typeof id === 'string' && /^(?:"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*)$/.test(id),
    );
  } catch {
    return [];
  }
}
