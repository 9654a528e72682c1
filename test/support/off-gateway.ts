// The gateway of a host in miniature: off, and it stays so.
import type { GatewayControl } from '../../host/gateway-control.ts';
import { PortolanError } from '../../shared/errors.ts';

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
  revokeClient: () => Promise.reject(new PortolanError('UNSUPPORTED', 'there is no gateway here')),
  snippets: () => [],
  drain: () => undefined,
  close: () => Promise.resolve(),
};
