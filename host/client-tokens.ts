// Tokens of the HTTP gateway for exports in mode `http`: one for each client and set, restricted to what was exported, each
// making and ending of one recorded. The token itself goes into the client's file and nowhere else.
import type { ClientTokens } from '../core/clients/client-tokens.ts';
import { gatewayPath } from '../core/gateway/http/gateway-target.ts';
import { toPortolanError } from '../shared/errors.ts';
import type { GatewayControl } from './gateway-control.ts';
import type { AuditPort } from './ports.ts';

const HOW_TO_TURN_ON = 'Turn it on: portolan gateway enable';

export function createClientTokens(
  gateway: Pick<GatewayControl, 'status' | 'addClient' | 'revokeClient' | 'clientOf'>,
  audit: Pick<AuditPort, 'append'>,
): ClientTokens {
  const nameFor = (displayName: string): string => {
    const taken = new Set(gateway.status().clients.map(({ name }) => name));
    let name = displayName;
    for (let number = 2; taken.has(name); number += 1) name = `${displayName} ${number}`;
    return name;
  };
  return {
    gateway: () => {
      const { enabled, port, url, problem } = gateway.status();
      if (!enabled) return { reason: 'The HTTP gateway is off.', hint: HOW_TO_TURN_ON };
      if (port === 0) {
        const hint = 'Give it one: portolan gateway enable --port 7425';
        return { reason: 'The HTTP gateway has another port at every start.', hint };
      }
      if (url !== undefined) return { url };
      return {
        reason: `The HTTP gateway cannot be reached: ${problem?.message ?? 'it does not listen yet'}.`,
        hint: problem?.hint ?? 'Try again in a moment.',
      };
    },
    path: (target) => gatewayPath(target),
    make: async (displayName, targets) => {
      const name = nameFor(displayName);
      const { client, token } = gateway.addClient({ name, targets });
      const detail = { targets: targets.join(' ') };
      audit.append({ kind: 'gateway.client.added', outcome: 'allowed', what: name, detail });
      return { id: client.id, token };
    },
    opens: (token, target) => {
      const client = gateway.clientOf(token);
      return client !== undefined && (client.targets === undefined || client.targets.includes(target));
    },
    idOf: (token) => gateway.clientOf(token)?.id,
    end: async (id) => {
      try {
        const { name } = await gateway.revokeClient(id);
        audit.append({ kind: 'gateway.client.revoked', outcome: 'allowed', what: name });
      } catch (error) {
        // A person may have ended it before.
        const { code, message } = toPortolanError(error);
        if (code === 'NOT_FOUND') return;
        audit.append({ kind: 'gateway.client.revoked', outcome: 'error', what: id, reason: { code, message } });
      }
    },
  };
}
