// The paths of the HTTP gateway: `/mcp/s/SERVER` and `/mcp/p/PROFILE`, behind `/mcp/o/SECRET` for clients that can send no header.
// Pure.
import { SERVER_NAME_PATTERN } from '../../../shared/model/server-name.ts';

export interface GatewayPath {
  /** Name of a server, or `profile:NAME`. */
  readonly target: string;
  /** The secret part of the path of a client that shows its token that way. */
  readonly secret: string | undefined;
}

/** What a path means; undefined when it is none of ours. Nothing is decoded: names need no escapes. */
export function readGatewayPath(pathname: string): GatewayPath | undefined {
  const [, secret, kind, name = ''] = /^\/mcp(?:\/o\/([\w-]{43}))?\/(s|p)\/([^/]+)$/.exec(pathname) ?? [];
  if (kind === undefined || !SERVER_NAME_PATTERN.test(name)) return undefined;
  return { target: kind === 'p' ? `profile:${name}` : name, secret };
}

/** The path that a client of this target uses. */
export function gatewayPath(target: string, secret?: string): string {
  const prefix = 'profile:';
  const rest = target.startsWith(prefix) ? `p/${target.slice(prefix.length)}` : `s/${target}`;
  return secret === undefined ? `/mcp/${rest}` : `/mcp/o/${secret}/${rest}`;
}
