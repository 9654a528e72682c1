// Parts of a host that are not there: no other clients, no HTTP gateway.
import type { GatewayControl } from '../../host/gateway-control.ts';
import type { ClientsPort } from '../../host/ports.ts';
import { PortolanError } from '../../shared/errors.ts';

const refused = async (): Promise<never> => {
  throw new PortolanError('CLIENT_UNKNOWN', 'no such client');
};

export const noClients: ClientsPort = {
  list: async () => [],
  planImport: refused,
  applyImport: refused,
  planExport: refused,
  applyExport: refused,
  undoExport: refused,
  exportText: ({ client }) => ({ client, text: '', servers: [], reload: '' }),
  isFound: async () => false,
  sync: {
    matrix: async () => ({ clients: [], cells: [] }),
    plan: refused,
    apply: refused,
    history: async () => [],
    undo: refused,
    planRepair: refused,
    forget: refused,
  },
  knownDrift: () => [],
  checkDrift: async () => [],
  staleEntries: async () => [],
};

export const offGateway: GatewayControl = {
  isOn: false,
  status: () => ({ enabled: false, port: 0, connections: 0, clients: [] }),
  start: () => undefined,
  configure: () => Promise.reject(new PortolanError('UNSUPPORTED', 'there is no gateway here')),
  addClient: () => {
    throw new PortolanError('UNSUPPORTED', 'there is no gateway here');
  },
  mayUse: () => true,
  allow: () => {
    throw new PortolanError('UNSUPPORTED', 'there is no gateway here');
  },
  forgetServer: () => undefined,
  clientOf: () => undefined,
  revokeClient: () => Promise.reject(new PortolanError('UNSUPPORTED', 'there is no gateway here')),
  snippets: () => [],
  drain: () => undefined,
  close: () => Promise.resolve(),
};
