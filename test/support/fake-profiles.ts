// Profiles of the fake world: kept in its snapshot, told as events.
import { type implement, ORPCError } from '@orpc/server';
import type { Contract } from '../../shared/contract/index.ts';
import type { Profile } from '../../shared/model/profile.ts';
import type { FakeWorld } from './fake-world.ts';

export function fakeProfiles(os: ReturnType<typeof implement<Contract>>['profiles'], world: FakeWorld) {
  const profileOf = (name: string): Profile => {
    const found = world.snapshot.profiles.find((profile) => profile.name === name);
    if (found === undefined) {
      throw new ORPCError('PROFILE_NOT_FOUND', { status: 404, message: `No profile is named ${name}`, defined: true });
    }
    return found;
  };
  const put = (profile: Profile, name = profile.name): Profile => {
    world.setProfiles([...world.snapshot.profiles.filter((held) => held.name !== name), profile]);
    return profile;
  };
  return {
    list: os.list.handler(() => [...world.snapshot.profiles]),
    status: os.status.handler(({ input }) => {
      const profile = profileOf(input.name);
      const members = profile.servers.map((server) => ({ server, state: 'ready' as const, tools: 3 }));
      return { profile, sessions: 0, members, renamed: [] };
    }),
    create: os.create.handler(({ input }) => put(input)),
    update: os.update.handler(({ input }) => {
      const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
      return put({ ...profileOf(input.name), ...given });
    }),
    rename: os.rename.handler(({ input }) => put({ ...profileOf(input.name), name: input.to }, input.name)),
    remove: os.remove.handler(({ input }) => {
      const { name } = profileOf(input.name);
      world.setProfiles(world.snapshot.profiles.filter((held) => held.name !== name));
      return {};
    }),
  };
}
