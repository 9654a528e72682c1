// By which name the owner of the tokens in this process is known to another host, and whether the one of that name still runs.
import { randomUUID } from 'node:crypto';
import { isAlive, ownIdentity } from '../core/connections/process-identity.ts';
import type { BrokerProcess } from '../core/oauth/token-broker.ts';

const NAME = /^(\d+)@(\d+):/;

export function brokerProcess(): BrokerProcess {
  const { pid, startedAt } = ownIdentity();
  return {
    name: `${pid}@${startedAt}:${randomUUID()}`,
    isAlive(name) {
      const [, id, started] = NAME.exec(name) ?? [];
      return id !== undefined && started !== undefined && isAlive({ pid: Number(id), startedAt: Number(started) });
    },
  };
}
