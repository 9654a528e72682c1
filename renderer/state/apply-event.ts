// Keeps a snapshot true: one pure step from a snapshot and an event to the next snapshot.
import { assertNever } from '../../shared/assert-never.ts';
import type { HostEvent, Snapshot } from '../../shared/model/system.ts';

/** The snapshot after `event`. `reset` changes nothing here: its reader fetches a new snapshot. */
export function applyEvent(snapshot: Snapshot, event: HostEvent): Snapshot {
  switch (event.type) {
    case 'reset':
    case 'tools-changed':
      return snapshot;
    case 'host':
      return { ...snapshot, host: event.host };
    case 'catalog':
      return { ...snapshot, catalog: event.catalog };
    case 'servers': {
      const byName = new Map(snapshot.servers.map((server) => [server.name, server]));
      for (const server of event.servers) byName.set(server.name, server);
      for (const name of event.removed) byName.delete(name);
      const gone = new Set(event.removed);
      return {
        ...snapshot,
        servers: [...byName.values()],
        serverSignIns: snapshot.serverSignIns.filter(({ server }) => !gone.has(server)),
      };
    }
    case 'sessions':
      return { ...snapshot, sessions: event.sessions };
    case 'audit':
      return { ...snapshot, audit: event.state };
    case 'vault':
      return { ...snapshot, vault: event.vault };
    case 'profiles':
      return { ...snapshot, profiles: event.profiles };
    case 'settings':
      return { ...snapshot, settings: event.settings };
    case 'task': {
      const { task } = event;
      const isKnown = snapshot.tasks.some(({ id }) => id === task.id);
      const tasks = isKnown
        ? snapshot.tasks.map((held) => (held.id === task.id ? task : held))
        : [task, ...snapshot.tasks];
      return { ...snapshot, tasks };
    }
    case 'questions':
      return { ...snapshot, questions: event.questions };
    case 'gateway':
      return { ...snapshot, gateway: event.gateway };
    case 'sign-ins':
      return { ...snapshot, signIns: event.signIns };
    case 'identities':
      return { ...snapshot, identities: event.identities };
    case 'drift':
      return { ...snapshot, drift: event.drift };
    case 'server-sign-in': {
      const { serverSignIn } = event;
      const others = snapshot.serverSignIns.filter(({ server }) => server !== serverSignIn.server);
      return { ...snapshot, serverSignIns: [...others, serverSignIn] };
    }
    default:
      return assertNever(event);
  }
}
