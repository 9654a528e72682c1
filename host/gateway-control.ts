// Turning the HTTP gateway on and off, its address, and its clients. While it is on it listens; when its port is not free (an
// older host that still finishes its calls may hold it), it tries again.
import type { Clock, Timer } from '../core/base/clock.ts';
import type { Logger } from '../core/base/logger.ts';
import type { ClientEnv } from '../core/clients/client-format.ts';
import { gatewaySnippets } from '../core/clients/gateway-snippets.ts';
import type { GatewayConsents } from '../core/gateway/http/gateway-consents.ts';
import type { GatewayClients } from '../core/gateway/http/gateway-clients.ts';
import { profileNameOf } from '../core/gateway/profile/profile-target.ts';
import { gatewayPath } from '../core/gateway/http/gateway-target.ts';
import type { HttpGateway } from '../core/gateway/http/http-gateway.ts';
import type { CatalogReader } from '../core/connections/upstream.ts';
import type { ProfileReader } from '../core/gateway/profile/profile-sessions.ts';
import { PortolanError, toPortolanError } from '../shared/errors.ts';
import type { GatewayClient, GatewaySnippet, GatewayStatus } from '../shared/model/gateway.ts';
import { coalesce } from './coalesce.ts';
import { type GatewayHost, openGatewayHost } from './gateway-host.ts';
import type { SettingsPort } from './ports.ts';

const RETRY_MS = 500;

export interface GatewayControl {
  readonly isOn: boolean;
  status(): GatewayStatus;
  /** Listens, if it is turned on. */
  start(): void;
  /** Changes what is given and follows it. Throws INPUT_INVALID, FILE_NOT_WRITABLE. A port that is not free is a problem of the status. */
  configure(change: {
    enabled?: boolean | undefined;
    port?: number | undefined;
    publicOrigin?: string | null | undefined;
  }): Promise<GatewayStatus>;
  /** Throws DUPLICATE_NAME, RESOURCE_EXHAUSTED. */
  addClient(about: Parameters<GatewayClients['add']>[0]): { client: GatewayClient; token: string };
  /** Whose token this is; asking is no use of it. */
  clientOf(token: string): GatewayClient | undefined;
  /** May this client, by its name, use this server? What is held is remembered for the person. */
  mayUse(name: string, server: string): boolean;
  /** `client`: its id or name. Throws NOT_FOUND, SERVER_NOT_FOUND. */
  allow(client: string, server: string): GatewayClient;
  /** A server is gone, or signed in as somebody else: who was allowed it asks anew. */
  forgetServer(server: string): void;
  /** Ends its sessions and connections at once. Throws NOT_FOUND. */
  revokeClient(id: string): Promise<GatewayClient>;
  snippets(target: string): GatewaySnippet[];
  /** Takes nothing new; the port is free for the next host. */
  drain(): void;
  close(): Promise<void>;
}

export interface GatewayControlOptions {
  readonly http: HttpGateway;
  readonly clients: GatewayClients;
  readonly consents: GatewayConsents;
  readonly catalog: CatalogReader & ProfileReader;
  /** Requests to this server go out in a person's name. */
  readonly isPersonal: (server: string) => boolean;
  readonly settings: SettingsPort;
  readonly clientEnv: ClientEnv;
  readonly clock: Clock;
  readonly logger: Logger;
  onChanged(status: GatewayStatus): void;
}

export function createGatewayControl(options: GatewayControlOptions): GatewayControl {
  return new Control(options);
}

class Control implements GatewayControl {
  readonly #options: GatewayControlOptions;
  readonly #changes: { add(item: undefined): void; stop(): void };
  #host: GatewayHost | undefined;
  #problem: PortolanError | undefined;
  #retry: Timer | undefined;
  #isEnding = false;
  /** One change of the listener after the other. */
  #work: Promise<void> = Promise.resolve();

  constructor(options: GatewayControlOptions) {
    this.#options = options;
    this.#changes = coalesce<undefined>(() => options.onChanged(this.status()), { clock: options.clock, maxItems: 1 });
  }

  get isOn(): boolean {
    return this.#options.settings.get().gatewayEnabled;
  }

  status(): GatewayStatus {
    const { settings, clients } = this.#options;
    const { gatewayEnabled: enabled, gatewayPort: port, gatewayPublicOrigin: publicOrigin } = settings.get();
    const problem = this.#problem;
    return {
      enabled,
      port,
      ...(this.#host === undefined ? {} : { url: `http://127.0.0.1:${this.#host.port}` }),
      ...(publicOrigin === null ? {} : { publicOrigin }),
      ...(problem === undefined ? {} : { problem: reasonOf(problem) }),
      connections: this.#host?.connections ?? 0,
      clients: clients.list().map((client) => this.#infoOf(client)),
    };
  }

  start(): void {
    void this.#follow();
  }

  async configure(change: Parameters<GatewayControl['configure']>[0]): Promise<GatewayStatus> {
    const { enabled, port, publicOrigin } = change;
    await this.#options.settings.set({
      ...(enabled === undefined ? {} : { gatewayEnabled: enabled }),
      ...(port === undefined ? {} : { gatewayPort: port }),
      ...(publicOrigin === undefined ? {} : { gatewayPublicOrigin: publicOrigin && originOf(publicOrigin) }),
    });
    await this.#follow();
    return this.status();
  }

  addClient(about: Parameters<GatewayClients['add']>[0]): { client: GatewayClient; token: string } {
    const { clients, consents } = this.#options;
    const { client, token } = clients.add(about);
    // To name a server, or a profile with it, is to allow it.
    for (const server of this.#serversOf(about.targets ?? [])) consents.allow(client.id, server);
    this.#changes.add(undefined);
    return { client: this.#infoOf(client), token };
  }

  clientOf(token: string): GatewayClient | undefined {
    return this.#options.clients.ofToken(token);
  }

  mayUse(name: string, server: string): boolean {
    const { clients, consents, isPersonal } = this.#options;
    const client = clients.list().find((one) => one.name === name);
    if (client === undefined) return false;
    if (consents.isAllowed(client.id, server) || !isPersonal(server)) return true;
    if (consents.noteAsked(client.id, server)) this.#changes.add(undefined);
    return false;
  }

  allow(idOrName: string, server: string): GatewayClient {
    const { catalog, clients, consents } = this.#options;
    const client = clients.get(idOrName);
    if (catalog.get(server) === undefined) {
      throw new PortolanError('SERVER_NOT_FOUND', `There is no server ${JSON.stringify(server)} in the catalog.`, {
        hint: 'See the names with: portolan list',
      });
    }
    consents.allow(client.id, server);
    this.#changes.add(undefined);
    return this.#infoOf(client);
  }

  forgetServer(server: string): void {
    this.#options.consents.forgetServer(server);
    this.#changes.add(undefined);
  }

  async revokeClient(id: string): Promise<GatewayClient> {
    const { clients, consents, http } = this.#options;
    const client = clients.revoke(id);
    consents.forgetClient(id);
    await http.endClient(id);
    this.#host?.cut(id);
    this.#changes.add(undefined);
    return client;
  }

  snippets(target: string): GatewaySnippet[] {
    const { clientEnv, settings } = this.#options;
    const base = `http://127.0.0.1:${this.#host?.port ?? settings.get().gatewayPort}`;
    return gatewaySnippets({ name: target.replace(/^profile:/, ''), url: base + gatewayPath(target) }, clientEnv);
  }

  drain(): void {
    this.#isEnding = true;
    this.#retry?.cancel();
    this.#options.http.drain();
    this.#host?.stopListening();
  }

  async close(): Promise<void> {
    this.#isEnding = true;
    this.#retry?.cancel();
    this.#changes.stop();
    await this.#options.http.close();
    await this.#work;
    await this.#host?.close();
  }

  #infoOf(client: GatewayClient): GatewayClient {
    const { allowed, asked } = this.#options.consents.of(client.id);
    return { ...client, ...(allowed.length > 0 && { allowed }), ...(asked.length > 0 && { asked }) };
  }

  #serversOf(targets: readonly string[]): string[] {
    return targets.flatMap((target) => {
      const profile = profileNameOf(target);
      return profile === undefined ? [target] : (this.#options.catalog.profile(profile)?.servers ?? []);
    });
  }

  /** Makes the listener what the settings say. */
  #follow(): Promise<void> {
    this.#retry?.cancel();
    this.#work = this.#work.then(() => this.#change());
    return this.#work;
  }

  async #change(): Promise<void> {
    const { gatewayEnabled, gatewayPort } = this.#options.settings.get();
    if (this.#isEnding) return;
    const isRight = gatewayEnabled && this.#host !== undefined && [0, this.#host.port].includes(gatewayPort);
    if (!isRight) {
      await this.#host?.close();
      this.#host = undefined;
      this.#problem = undefined;
      if (gatewayEnabled) await this.#open(gatewayPort);
    }
    this.#changes.add(undefined);
  }

  async #open(port: number): Promise<void> {
    const { clients, http, settings, logger, clock } = this.#options;
    try {
      this.#host = await openGatewayHost({
        port,
        publicOrigin: () => settings.get().gatewayPublicOrigin ?? undefined,
        clients,
        gateway: http,
        logger,
        onChanged: () => this.#changes.add(undefined),
      });
    } catch (error) {
      this.#problem = toPortolanError(error);
      logger.warn('the gateway cannot listen', { port, code: this.#problem.code });
      if (!this.#isEnding) this.#retry = clock.setTimeout(() => void this.#follow(), RETRY_MS);
    }
  }
}

function reasonOf({ code, message, hint }: PortolanError): GatewayStatus['problem'] {
  return { code, message, ...(hint === undefined ? {} : { hint }) };
}

/** Scheme, host and port alone. */
function originOf(text: string): string {
  const url = new URL(text);
  const isPlain = /^https?:$/.test(url.protocol) && url.origin === text.replace(/\/$/, '').toLowerCase();
  if (isPlain) return url.origin;
  throw new PortolanError('INPUT_INVALID', 'the public origin is not a scheme and a host alone', {
    hint: 'Write it like https://mcp.example.com',
  });
}
