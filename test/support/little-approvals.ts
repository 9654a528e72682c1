// Approvals and registries of a host in miniature: everything is approved, nothing is found.
import type { ApprovalsPort } from '../../host/ports.ts';
import { littleRegistries } from './little-registries.ts';
import type { Approval } from '../../shared/model/approval.ts';
import type { ServerEntry } from '../../shared/model/server-entry.ts';

const approvals: ApprovalsPort = {
  approveAll: () => undefined,
  approving: (_entry, _way, change) => change(),
  revive: () => undefined,
  isApproved: () => true,
  holds: () => undefined,
};

export function littleApproval({ name, endpoint }: ServerEntry): Approval {
  const hash = '0'.repeat(64);
  return { name, needed: false, digest: hash, entry: { state: 'same', hash, endpoint }, risks: [], files: [] };
}

export const littleGate = { approvals, registries: littleRegistries };
