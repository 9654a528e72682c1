// Tokens of an HTTP gateway that is only a list; each token is random, as the real ones are.
import { randomBytes } from 'node:crypto';
import type { ClientTokens } from '../../core/clients/client-tokens.ts';

export interface FakeTokens extends ClientTokens {
  /** Clients that are valid now. */
  readonly live: { id: string; name: string; token: string; targets: readonly string[] }[];
  /** False: the gateway is off. */
  isOn: boolean;
}

export function fakeTokens(): FakeTokens {
  let made = 0;
  const live: FakeTokens['live'] = [];
  return {
    live,
    isOn: true,
    gateway() {
      return this.isOn
        ? { url: 'http://127.0.0.1:7425' }
        : { reason: 'The HTTP gateway is off.', hint: 'Turn it on: portolan gateway enable' };
    },
    path: (target) => (target.startsWith('profile:') ? `/mcp/p/${target.slice(8)}` : `/mcp/s/${target}`),
    make: async (name, targets) => {
      made += 1;
      const client = { id: `c${made}`, name, token: randomBytes(32).toString('base64url'), targets };
      live.push(client);
      return client;
    },
    opens: (token, target) => live.some((one) => one.token === token && one.targets.includes(target)),
    idOf: (token) => live.find((one) => one.token === token)?.id,
    end: async (id) => {
      const at = live.findIndex((one) => one.id === id);
      if (at >= 0) live.splice(at, 1);
    },
  };
}
