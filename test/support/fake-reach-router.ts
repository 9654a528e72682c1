// The fake host's procedures on connections, profiles, the gateway and questions.
import { PortolanError } from '../../shared/errors.ts';
import type { implement } from '@orpc/server';
import type { contract } from '../../shared/contract/index.ts';
import { fail } from './fake-fail.ts';
import { matrix } from './fake-reach.ts';
import type { FakeWorld } from './fake-world.ts';

export function reachHandlers(os: ReturnType<typeof implement<typeof contract>>, world: FakeWorld) {
  const profileOf = (name: string) => {
    const found = world.snapshot.profiles.find((profile) => profile.name === name);
    if (!found) throw fail('NOT_FOUND', `There is no profile ${name}`);
    return found;
  };
  const kept = (name: string) => world.snapshot.profiles.filter((profile) => profile.name !== name);
  return {
    connections: {
      matrix: os.connections.matrix.handler(
        () => world.matrix ?? matrix(world.now, world.snapshot.servers, world.snapshot.sessions),
      ),
      processes: os.connections.processes.handler(() => [...world.processes]),
      stopProcess: os.connections.stopProcess.handler(({ input }) => {
        world.received.push({ procedure: 'connections.stopProcess', input });
        world.processes = world.processes.filter(({ pid, parentPid }) => pid !== input.pid && parentPid !== input.pid);
        return {};
      }),
      endSession: os.connections.endSession.handler(({ input }) => {
        world.received.push({ procedure: 'connections.endSession', input });
        world.setSessions(world.snapshot.sessions.filter(({ id }) => id !== input.session));
        return {};
      }),
      trace: os.connections.trace.handler(() => [...world.trace]),
    },
    profiles: {
      list: os.profiles.list.handler(() => [...world.snapshot.profiles]),
      status: os.profiles.status.handler(({ input }) => {
        const profile = profileOf(input.name);
        return {
          profile,
          sessions: 1,
          members: profile.servers.map((server) =>
            server === 'tickets'
              ? {
                  server,
                  state: 'missing',
                  reason: { code: 'NEEDS_SIGN_IN', message: 'The server asks for a sign-in' },
                }
              : server === 'sentry'
                ? { server, state: 'pending' }
                : { server, state: 'ready', tools: 26 },
          ),
          renamed: [
            { server: 'github', tool: 'create_pull_request_with_reviewers', as: 'github__create_pull_request_a1b2' },
          ],
        };
      }),
      create: os.profiles.create.handler(({ input }) => {
        world.received.push({ procedure: 'profiles.create', input });
        world.setProfiles([...world.snapshot.profiles, input]);
        return input;
      }),
      update: os.profiles.update.handler(({ input }) => {
        world.received.push({ procedure: 'profiles.update', input });
        const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
        const next = { ...profileOf(input.name), ...given };
        world.setProfiles(world.snapshot.profiles.map((profile) => (profile.name === input.name ? next : profile)));
        return next;
      }),
      rename: os.profiles.rename.handler(({ input }) => {
        const next = { ...profileOf(input.name), name: input.to };
        world.setProfiles([...kept(input.name), next]);
        return next;
      }),
      remove: os.profiles.remove.handler(({ input }) => {
        profileOf(input.name);
        world.setProfiles(kept(input.name));
        return {};
      }),
    },
    gateway: {
      status: os.gateway.status.handler(() => world.snapshot.gateway),
      configure: os.gateway.configure.handler(({ input }) => {
        world.received.push({ procedure: 'gateway.configure', input });
        const { publicOrigin, url: _, ...rest } = world.snapshot.gateway;
        const enabled = input.enabled ?? rest.enabled;
        const port = input.port ?? rest.port;
        const origin = input.publicOrigin === null ? undefined : (input.publicOrigin ?? publicOrigin);
        return world.setGateway({
          ...rest,
          enabled,
          port,
          ...(enabled ? { url: `http://127.0.0.1:${port}` } : {}),
          ...(origin === undefined ? {} : { publicOrigin: origin }),
        });
      }),
      addClient: os.gateway.addClient.handler(({ input }) => {
        world.received.push({ procedure: 'gateway.addClient', input });
        const client = { id: `g${world.lastEvent}`, createdAt: new Date(world.now).toISOString(), ...input };
        const { gateway } = world.snapshot;
        world.setGateway({ ...gateway, clients: [...gateway.clients, client] });
        return { client, token: 'ptl_one-time-token-0123456789' };
      }),
      allow: os.gateway.allow.handler(({ input }) => {
        world.received.push({ procedure: 'gateway.allow', input });
        const { gateway } = world.snapshot;
        const clients = gateway.clients.map((one) => {
          if (one.id !== input.client) return one;
          const { allowed = [], asked = [], ...rest } = one;
          const left = asked.filter((name) => name !== input.server);
          return { ...rest, allowed: [...allowed, input.server], ...(left.length > 0 && { asked: left }) };
        });
        world.setGateway({ ...gateway, clients });
        const client = clients.find(({ id }) => id === input.client);
        if (client === undefined) throw new PortolanError('NOT_FOUND', 'There is no such client of the gateway.');
        return client;
      }),
      revokeClient: os.gateway.revokeClient.handler(({ input }) => {
        const { gateway } = world.snapshot;
        world.setGateway({ ...gateway, clients: gateway.clients.filter(({ id }) => id !== input.id) });
        return {};
      }),
      snippets: os.gateway.snippets.handler(({ input }) => [
        {
          client: 'cursor',
          title: 'Cursor',
          file: '~/.cursor/mcp.json',
          text: `{\n  "mcpServers": {\n    "portolan": {\n      "url": "http://127.0.0.1:7425/mcp/${input.target}",\n      "headers": { "Authorization": "Bearer {token}" }\n    }\n  }\n}`,
        },
        {
          client: 'claude-code',
          title: 'Claude Code',
          file: 'a terminal',
          text: `claude mcp add --transport http portolan http://127.0.0.1:7425/mcp/${input.target} --header "Authorization: Bearer {token}"`,
        },
      ]),
    },
    notices: {
      follow: os.notices.follow.handler(async function* () {
        // No notice comes here.
      }),
      failed: os.notices.failed.handler(() => ({})),
    },
    questions: {
      list: os.questions.list.handler(() => [...world.snapshot.questions]),
      answer: os.questions.answer.handler(({ input }) => {
        const { id, ...answer } = input;
        if (!world.answer(id, answer)) throw fail('NOT_FOUND', 'This question was answered already');
        return {};
      }),
    },
  };
}
