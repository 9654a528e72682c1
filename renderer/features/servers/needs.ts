// Which servers need a person and what to say: failed first, then sign-in, held, unstable.
import type { ServerStatus } from '../../../shared/model/server-status.ts';
import { faultOf } from '../../words/fault.ts';
import type { MarkKind } from '../../words/states.ts';

export interface ServerNeed {
  readonly server: string;
  readonly mark: MarkKind;
  /** Follows the server's name: `failed.` */
  readonly claim: string;
  readonly detail: string;
  readonly action: string;
  readonly to: string;
}

const ORDER: readonly ServerStatus['state'][] = ['failed', 'needs-sign-in', 'needs-approval', 'degraded'];
const LOG_CODES = new Set(['SERVER_CRASH_LOOP', 'SERVER_EXITED', 'SERVER_START_TIMEOUT', 'FRAME_INVALID']);
const EDIT_CODES = new Set(['SPAWN_NOT_FOUND', 'SPAWN_BAD_CWD', 'REFERENCE_UNRESOLVED', 'SPAWN_NOT_EXECUTABLE']);

/** The needs of all enabled servers, worst first. */
export function serverNeeds(servers: readonly ServerStatus[]): ServerNeed[] {
  return ORDER.flatMap((state) => servers.filter((server) => server.enabled && server.state === state).map(needOf));
}

function needOf(server: ServerStatus): ServerNeed {
  const base = { server: server.name, detail: server.reason ? faultOf(server.reason).cause : '' };
  const page = `/servers/${encodeURIComponent(server.name)}`;
  switch (server.state) {
    case 'needs-sign-in':
      return { ...base, mark: 'sign-in', claim: 'needs a sign-in.', action: 'Sign in', to: `${page}/sign-in` };
    case 'needs-approval':
      return { ...base, mark: 'approve', claim: 'is held until you review it.', action: 'Open server', to: page };
    case 'degraded':
      return { ...base, mark: 'degraded', claim: 'is unstable.', action: 'Show log', to: `${page}/logs` };
    default: {
      const code = server.reason?.code ?? '';
      if (LOG_CODES.has(code))
        return { ...base, mark: 'failed', claim: 'failed.', action: 'Show log', to: `${page}/logs` };
      if (EDIT_CODES.has(code))
        return { ...base, mark: 'failed', claim: 'cannot start.', action: 'Edit server', to: `${page}/edit` };
      if (code === 'INPUT_NEEDED') {
        return { ...base, mark: 'failed', claim: 'asks for something.', action: 'Fill in', to: '/settings/inputs' };
      }
      if (code === 'SECRET_NOT_FOUND') {
        return { ...base, mark: 'failed', claim: 'cannot start.', action: 'Set secret', to: '/settings' };
      }
      return { ...base, mark: 'failed', claim: 'failed.', action: 'Run checks', to: page };
    }
  }
}
