// A gateway with profiles before recorders, one for each server, whose lists the test gives.
import { RecordingUpstream } from './recording-upstream.ts';
import type { Clock } from '../../core/base/clock.ts';
import type { Frame } from '../../core/connections/frame.ts';
import type { CatalogReader, Upstream, UpstreamEvents } from '../../core/connections/upstream.ts';
import type { GatewayOptions } from '../../core/gateway/gateway-options.ts';
import type { UpstreamSource } from '../../core/gateway/ports.ts';
import type { PortolanError } from '../../shared/errors.ts';
import { type Profile, profileSchema } from '../../shared/model/profile.ts';
import { serverEntrySchema } from '../../shared/model/server-entry.ts';
import { gatewayOf } from './gateway-rig.ts';
import { MemoryAudit } from './memory-audit.ts';
import { until } from './until.ts';

const ALL_CAPABILITIES = {
  tools: { listChanged: true },
  prompts: {},
  resources: { subscribe: true },
  completions: {},
  logging: {},
};

/** What a recorder answers: the result (exact text) for a method, or nothing for a method that hangs. */
export type Replies = Record<string, string | ((frame: Frame) => string | undefined) | undefined>;

export class FakeServers implements UpstreamSource {
  readonly opened: { name: string; session: string; upstream: RecordingUpstream }[] = [];
  readonly replies: Record<string, Replies>;
  readonly failures: Record<string, PortolanError | undefined> = {};

  constructor(replies: Record<string, Replies>) {
    this.replies = replies;
  }

  open(name: string, session: string, events: UpstreamEvents): Promise<Upstream> {
    const failure = this.failures[name];
    if (failure !== undefined) return Promise.reject(failure);
    const upstream = new RecordingUpstream(events, (frame, self) => {
      const { method = '', id } = frame;
      const own = this.replies[name] ?? {};
      const reply = Object.hasOwn(own, method) ? own[method] : standard(method, name);
      const result = typeof reply === 'function' ? reply(frame) : reply;
      if (frame.kind === 'request' && result !== undefined) {
        queueMicrotask(() =>
          result.startsWith('{"code"')
            ? self.say(`{"jsonrpc":"2.0","id":${id},"error":${result}}`)
            : self.answer(id, result),
        );
      }
    });
    this.opened.push({ name, session, upstream });
    return Promise.resolve(upstream);
  }

  /** The connection in use of this server. */
  of(name: string): RecordingUpstream {
    const found = this.opened.findLast((one) => one.name === name);
    if (found === undefined) throw new Error(`${name} was not opened`);
    return found.upstream;
  }

  /** The frames of one method that this server got. */
  got(name: string, method: string): Frame[] {
    return this.opened
      .filter((one) => one.name === name)
      .flatMap(({ upstream }) => upstream.frames.filter((frame) => frame.method === method));
  }

  noteHandshake(): void {}
  noteCall(): void {}
  noteTools(): void {}
  noteFailure(): void {}
}

function standard(method: string, name: string): string | undefined {
  if (method === 'initialize') {
    return JSON.stringify({
      protocolVersion: '2025-11-25',
      capabilities: ALL_CAPABILITIES,
      serverInfo: { name, version: '1' },
    });
  }
  if (method === 'tools/list') return '{"tools":[]}';
  if (method === 'prompts/list') return '{"prompts":[]}';
  if (method === 'resources/list') return '{"resources":[]}';
  if (method === 'resources/templates/list') return '{"resourceTemplates":[]}';
  if (method === 'tools/call') return '{"content":[]}';
  return '{}';
}

/** The text of a `tools/list` result with these names. */
export function toolsText(...names: string[]): string {
  return JSON.stringify({ tools: names.map((name) => ({ name, inputSchema: { type: 'object' } })) });
}

/** A gateway in front of recorders; the profile `p` holds them all, in this order. */
export function profileGateway(
  replies: Record<string, Replies>,
  options: { profile?: Partial<Profile>; clock?: Clock; mayUse?: GatewayOptions['mayUse'] } = {},
) {
  const { clock, mayUse, profile } = options;
  const profiles = new Map<string, Profile>();
  profiles.set('p', profileSchema.parse({ name: 'p', servers: Object.keys(replies), ...profile }));
  const entry = serverEntrySchema.parse({ name: 'any', endpoint: { type: 'stdio', command: 'none' }, options: {} });
  const catalog: CatalogReader & { profile(name: string): Profile | undefined } = {
    get: () => entry,
    list: () => [entry],
    profile: (name) => profiles.get(name),
  };
  const source = new FakeServers(replies);
  return { ...gatewayOf({ source, audit: new MemoryAudit(), catalog, clock, mayUse }), servers: source, profiles };
}

/** Lets everything that is already under way happen. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
  await new Promise((resolve) => setImmediate(resolve));
}

/** Waits until this server has got this many frames of the method. */
export async function gets(servers: FakeServers, name: string, method: string, count = 1): Promise<Frame> {
  const frames = await until(() => {
    const got = servers.got(name, method);
    return got.length >= count ? got : undefined;
  }, `${name} gets ${method}`);
  return frames[count - 1] as Frame;
}
