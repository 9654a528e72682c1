// The HTTP gateway on a real port over a recorder in memory, with one client's token; and a session that a test plays by hand.
import { onTestFinished } from 'vitest';
import type { Clock } from '../../core/base/clock.ts';
import { systemClock } from '../../core/base/clock.ts';
import { silentLogger } from '../../core/base/logger.ts';
import { StateDb } from '../../core/base/state-db.ts';
import { parseFrame, type Frame } from '../../core/connections/frame.ts';
import type { ClientSession } from '../../core/gateway/client-session.ts';
import type { Downstream } from '../../core/gateway/downstream.ts';
import type { GatewayOptions, OpenOptions } from '../../core/gateway/gateway-options.ts';
import { GatewayClients } from '../../core/gateway/http/gateway-clients.ts';
import { HttpGateway } from '../../core/gateway/http/http-gateway.ts';
import { openGatewayHost } from '../../host/gateway-host.ts';
import type { CatalogReader } from '../../core/connections/upstream.ts';
import { type ServerEntry, serverEntrySchema } from '../../shared/model/server-entry.ts';
import { gatewayOf } from './gateway-rig.ts';
import { MemoryAudit } from './memory-audit.ts';
import { RecordingSource } from './recording-upstream.ts';
import { HttpTestClient } from './http-client.ts';
import { tempDir } from './temp-dir.ts';

/** Plays a session: keeps what it gets; the test sends what the client shall see. */
export class PlayedSession implements ClientSession {
  readonly id: string;
  readonly server: string;
  readonly options: OpenOptions;
  readonly frames: Frame[] = [];
  readonly downstream: Downstream;
  isClosed = false;
  hasLeft = false;
  drains = 0;

  constructor(options: OpenOptions) {
    this.id = options.sessionId;
    this.server = options.server;
    this.options = options;
    this.downstream = options.connect(this);
  }

  get inFlight(): number {
    return 0;
  }

  get last(): Frame | undefined {
    return this.frames.at(-1);
  }

  /** A message for the client, as exact text. */
  say(text: string, relatedTo?: string): boolean {
    const frame = parseFrame(Buffer.from(text), 'server');
    return this.downstream.send(frame.bytes, frame, relatedTo);
  }

  answer(id: string | undefined, result = '{}'): void {
    this.say(`{"jsonrpc":"2.0","id":${id},"result":${result}}`);
  }

  model(): ReturnType<ClientSession['model']> {
    const { caller } = this.options;
    return { id: this.id, server: this.server, client: { ...caller }, since: '', inFlight: 0, calls: 0 };
  }

  receive(line: Buffer): void {
    this.receiveFrame(parseFrame(line, 'client'));
  }

  receiveFrame(frame: Frame): void {
    this.frames.push(frame);
  }

  refuseTooLarge(): void {
    throw new Error('not over HTTP');
  }

  drained(): void {
    this.drains += 1;
  }

  gone(): Promise<void> {
    this.hasLeft = true;
    return this.close();
  }

  close(): Promise<void> {
    if (!this.isClosed) {
      this.isClosed = true;
      this.downstream.close();
    }
    return Promise.resolve();
  }

  abandon(): Promise<void> {
    return this.close();
  }

  takeUp(): Promise<void> {
    return Promise.resolve();
  }

  drain(): Promise<Buffer[]> {
    return Promise.resolve([]);
  }
}

interface RigOptions {
  readonly clock?: Clock | undefined;
  readonly publicOrigin?: string | undefined;
}

/** A listener with one client, `laptop`, whose token every request of `client` carries. */
async function listenerOf(options: RigOptions & { open: (about: OpenOptions) => ClientSession }) {
  const { clock = systemClock, open, publicOrigin } = options;
  const state = StateDb.open(`${tempDir()}/state.db`);
  const clients = new GatewayClients(state, clock);
  const http = new HttpGateway({ open, clock });
  let changes = 0;
  const host = await openGatewayHost({
    port: 0,
    publicOrigin: () => publicOrigin,
    clients,
    gateway: http,
    logger: silentLogger,
    onChanged: () => (changes += 1),
  });
  onTestFinished(async () => {
    await http.close();
    await host.close();
    state.close();
  });
  const added = clients.add({ name: 'laptop' });
  const base = `http://127.0.0.1:${host.port}`;
  const clientOf = (token: string): HttpTestClient => new HttpTestClient(base, { Authorization: `Bearer ${token}` });
  return { host, http, clients, base, state, added, clientOf, client: clientOf(added.token), changes: () => changes };
}

/** The listener over sessions that the test plays. */
export async function playedGateway(options: RigOptions = {}) {
  const sessions: PlayedSession[] = [];
  const open = (about: OpenOptions): ClientSession => {
    const session = new PlayedSession(about);
    sessions.push(session);
    return session;
  };
  return { ...(await listenerOf({ open, ...options })), sessions };
}

/** The listener over a real gateway with a recorder behind it. `known`: the only names of servers; every name without it. */
export async function recordedGateway(
  options: RigOptions & {
    known?: readonly string[];
    disabled?: readonly string[];
    mayUse?: GatewayOptions['mayUse'];
  } = {},
) {
  const { known, disabled = [], clock, mayUse } = options;
  const source = new RecordingSource();
  const entryOf = (name: string): ServerEntry =>
    serverEntrySchema.parse({
      name,
      endpoint: { type: 'stdio', command: 'none' },
      options: { enabled: !disabled.includes(name) },
    });
  const catalog: CatalogReader = {
    get: (name) => (known === undefined || [...known, ...disabled].includes(name) ? entryOf(name) : undefined),
    list: () => [],
  };
  const rig = gatewayOf({ source, audit: new MemoryAudit(), catalog, clock, mayUse });
  return { ...(await listenerOf({ ...options, open: (about) => rig.gateway.open(about) })), ...rig };
}
