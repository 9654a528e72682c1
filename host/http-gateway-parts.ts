// The HTTP gateway of one host: its listener, its clients and what they were allowed. Construction only.
import { homedir } from 'node:os';
import type { Clock } from '../core/base/clock.ts';
import type { Logger } from '../core/base/logger.ts';
import type { StateDb } from '../core/base/state-db.ts';
import type { Gateway } from '../core/gateway/gateway.ts';
import { GatewayClients } from '../core/gateway/http/gateway-clients.ts';
import { GatewayConsents } from '../core/gateway/http/gateway-consents.ts';
import { HttpGateway } from '../core/gateway/http/http-gateway.ts';
import type { EventHub } from './events.ts';
import { createGatewayControl, type GatewayControl, type GatewayControlOptions } from './gateway-control.ts';

export function createHttpGateway(
  options: Pick<GatewayControlOptions, 'catalog' | 'settings'> & {
    readonly clock: Clock;
    readonly env: NodeJS.ProcessEnv;
    readonly events: Pick<EventHub, 'publish'>;
    readonly gateway: Pick<Gateway, 'open'>;
    readonly logger: Logger;
    readonly signIns: Pick<GatewayControlOptions, 'isPersonal'>;
    readonly stateDb: StateDb;
  },
): GatewayControl {
  const { catalog, clock, env, events, gateway, logger, settings, signIns, stateDb } = options;
  return createGatewayControl({
    http: new HttpGateway({ open: (about) => gateway.open(about), clock }),
    clients: new GatewayClients(stateDb, clock),
    consents: new GatewayConsents(stateDb, clock),
    catalog,
    isPersonal: (server) => signIns.isPersonal(server),
    settings,
    clientEnv: { env, platform: process.platform, homeDir: homedir() },
    clock,
    logger: logger.child({ part: 'http gateway' }),
    onChanged: (status) => events.publish({ type: 'gateway', gateway: status }),
  });
}
