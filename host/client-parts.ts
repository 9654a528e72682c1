// Other clients' files for one host: the parts that write, watch and remember them, with tokens of the HTTP gateway.
// Construction only.
import { homedir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Clients, type ClientsOptions } from '../core/clients/clients.ts';
import type { Catalog } from '../core/catalog/catalog.ts';
import { createClientTokens } from './client-tokens.ts';
import type { EventHub } from './events.ts';
import type { GatewayControl } from './gateway-control.ts';
import type { AuditPort } from './ports.ts';

const CLI_ENTRY = fileURLToPath(new URL('../cli/main.js', import.meta.url));

export function createClients(
  options: Pick<ClientsOptions, 'env' | 'backupsDir' | 'logger' | 'secrets'> & {
    readonly catalog: Catalog;
    readonly httpGateway: GatewayControl;
    readonly audit: Pick<AuditPort, 'append'>;
    readonly events: Pick<EventHub, 'publish'>;
  },
): Clients {
  const { catalog, httpGateway, audit, events, ...rest } = options;
  return new Clients({
    ...rest,
    platform: process.platform,
    homeDir: homedir(),
    launcher: () => ({ command: process.execPath, args: [CLI_ENTRY] }),
    catalog,
    profile: (name) => catalog.profile(name),
    tokens: createClientTokens(httpGateway, audit),
    onDrift: (drift) => events.publish({ type: 'drift', drift: [...drift] }),
  });
}
