// What a client of the gateway can be given: servers and profiles.
import type { Snapshot } from '../../../shared/model/system.ts';

export function targetsOf({ profiles, servers }: Pick<Snapshot, 'profiles' | 'servers'>) {
  return [
    ...profiles.map(({ name }) => ({ value: `profile:${name}`, label: `Profile ${name}` })),
    ...servers.map(({ name }) => ({ value: name, label: name })),
  ];
}
