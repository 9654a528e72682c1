// The clients as a list to choose from: those on this computer first, each list by name. Pure.
import type { ClientInfo } from '../../../shared/model/import-result.ts';

export interface ClientGroup {
  readonly group: string;
  readonly items: { readonly value: string; readonly label: string }[];
}

/** Groups without a client are left out. */
export function clientOptions(clients: readonly ClientInfo[]): ClientGroup[] {
  const option = ({ id, displayName }: ClientInfo) => ({ value: id, label: displayName });
  const byName = [...clients].sort((a, b) => a.displayName.localeCompare(b.displayName, 'en'));
  return [
    { group: 'On this computer', items: byName.filter(({ found }) => found).map(option) },
    { group: 'Not found here', items: byName.filter(({ found }) => !found).map(option) },
  ].filter(({ items }) => items.length > 0);
}
