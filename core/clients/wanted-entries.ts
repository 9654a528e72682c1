// Which entries a change asks for, from the names of servers and profiles.
import { PortolanError } from '../../shared/errors.ts';
import type { ChangeInput } from '../../shared/model/client-sync.ts';
import type { Profile } from '../../shared/model/profile.ts';
import type { ServerEntry } from '../../shared/model/server-entry.ts';
import type { WantedEntry } from './export-plan.ts';
import { profileTarget } from './own-entry.ts';

export interface EntrySources {
  readonly list: () => readonly ServerEntry[];
  readonly profile: (name: string) => Profile | undefined;
}

/**
 * The entries that `input` adds or replaces, each once; without any name: every enabled server.
 * Throws SERVER_NOT_FOUND, PROFILE_NOT_FOUND, and INPUT_INVALID for a profile in mode `direct`.
 */
export function wantedEntries(input: ChangeInput, sources: EntrySources): WantedEntry[] {
  const { mode, profiles = [] } = input;
  const servers = chosen(input, sources.list());
  return [
    ...servers.map((server): WantedEntry => ({ target: server.name, server, mode })),
    ...profiles.map(
      (name): WantedEntry => ({ target: profileTarget(name), server: entryOf(name, input, sources), mode }),
    ),
  ];
}

function chosen({ servers, profiles, remove, removeNames }: ChangeInput, all: readonly ServerEntry[]): ServerEntry[] {
  if (servers === undefined) {
    const isOther = profiles !== undefined || remove !== undefined || removeNames !== undefined;
    return isOther ? [] : all.filter((entry) => entry.options.enabled);
  }
  const byName = new Map(all.map((entry) => [entry.name, entry]));
  return [...new Set(servers)].map((name) => {
    const found = byName.get(name);
    if (found !== undefined) return found;
    throw new PortolanError('SERVER_NOT_FOUND', `No server is called ${name}.`, {
      hint: 'Choose one of the catalog.',
    });
  });
}

/** A profile in the place of a server; nothing but its name is written. */
function entryOf(name: string, { mode }: ChangeInput, sources: EntrySources): ServerEntry {
  if (sources.profile(name) === undefined) {
    throw new PortolanError('PROFILE_NOT_FOUND', `No profile is called ${name}.`, {
      hint: 'See the names with: portolan profile list',
    });
  }
  if (mode === 'direct') {
    throw new PortolanError('INPUT_INVALID', 'A profile can only be reached through Portolan.', {
      hint: 'Leave out the mode, or export servers.',
    });
  }
  const endpoint = { type: 'stdio', command: 'portolan', args: [], env: {} } as const;
  const options = { enabled: true, protocolEra: 'auto', capture: 'digest', timeouts: {} } as const;
  return { name, endpoint: { ...endpoint, args: [] }, options };
}
