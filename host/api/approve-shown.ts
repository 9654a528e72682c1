// What a person saw whole in a plan is approved by carrying that plan out, unless it needs a closer look.
import { isPlain } from '../../core/policy/plain-entry.ts';
import type { HostParts } from '../parts.ts';

/** Approves those of `names` that are plain; the others stay held. */
export function approveShown(
  names: readonly string[],
  { approvals, catalog, connections, inputs }: Pick<HostParts, 'approvals' | 'catalog' | 'connections' | 'inputs'>,
): void {
  const known = inputs.list();
  const plain = names.flatMap((name) => {
    const entry = catalog.get(name);
    return entry === undefined || !isPlain(entry.endpoint, known) ? [] : [entry];
  });
  approvals.approveAll(plain, 'imported');
  for (const { name } of plain) connections.approvalChanged(name);
}
