// Procedures on profiles: read and change them in the catalog, and tell what they offer now.
import { offeredName } from '../../core/gateway/profile/offered-names.ts';
import { noProfile } from '../../core/gateway/profile/profile-sessions.ts';
import { profileTarget } from '../../core/gateway/profile/profile-target.ts';
import type { Profile, ProfileStatus } from '../../shared/model/profile.ts';
import type { HostParts, RpcContext } from '../parts.ts';
import { audited } from './audited.ts';
import { definedOnly } from './defined-only.ts';
import type { DomainImplementer } from './implementer.ts';

export function profilesApi(os: DomainImplementer<'profiles'>, parts: HostParts) {
  const { audit, catalog } = parts;
  const change = <T>(context: RpcContext, what: string, run: () => Promise<T>): Promise<T> =>
    audited(audit, context, { kind: 'catalog.changed', what }, run);

  return {
    list: os.list.handler(() => [...catalog.profiles()]),
    status: os.status.handler(({ input }) => {
      const profile = catalog.profile(input.name);
      if (profile === undefined) throw noProfile(input.name);
      return statusOf(profile, parts);
    }),
    create: os.create.handler(({ input, context }) =>
      change(context, `created profile ${input.name}`, () => catalog.createProfile(input)),
    ),
    update: os.update.handler(({ input, context }) => {
      const { name, ...patch } = input;
      return change(context, `changed profile ${name}`, () => catalog.updateProfile(name, definedOnly(patch)));
    }),
    rename: os.rename.handler(({ input, context }) =>
      change(context, `renamed profile ${input.name} to ${input.to}`, () =>
        catalog.renameProfile(input.name, input.to),
      ),
    ),
    remove: os.remove.handler(async ({ input, context }) => {
      await change(context, `removed profile ${input.name}`, () => catalog.removeProfile(input.name));
      return {};
    }),
  };
}

/** What is known of the profile without asking a server anything. */
function statusOf(profile: Profile, { catalog, connections, gateway }: HostParts): ProfileStatus {
  const target = profileTarget(profile.name);
  const renamed: ProfileStatus['renamed'] = [];
  const members = profile.servers.map((server): ProfileStatus['members'][number] => {
    const entry = catalog.get(server);
    if (entry === undefined) return missing(server, 'SERVER_NOT_FOUND', `there is no server named ${server}`);
    if (!entry.options.enabled) return missing(server, 'SERVER_DISABLED', `the server ${server} is turned off`);
    const tools = gateway.listedTools(server);
    for (const tool of tools ?? []) {
      const as = offeredName(server, tool, profile.nameBudget);
      if (as !== `${server}__${tool}`) renamed.push({ server, tool, as });
    }
    const { state, reason } = connections.status(server);
    if (reason !== undefined && state !== 'ready') return missing(server, reason.code, reason.message);
    return { server, state: tools === undefined ? 'pending' : 'ready', ...(tools && { tools: tools.length }) };
  });
  const sessions = gateway.sessions().filter(({ server }) => server === target).length;
  return { profile, sessions, members, renamed };
}

function missing(server: string, code: string, message: string): ProfileStatus['members'][number] {
  return { server, state: 'missing', reason: { code, message } };
}
