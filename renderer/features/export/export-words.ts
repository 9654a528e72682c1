// The words of an export: what each way of reaching the servers means, and which clients a search finds. Pure.
import type { ClientInfo, ExportPlan } from '../../../shared/model/import-result.ts';

export const MODES = ['connect', 'http', 'direct'] as const;
export type ExportMode = (typeof MODES)[number];

export const MODE_WORDS: Readonly<Record<ExportMode, { readonly label: string; readonly description: string }>> = {
  connect: {
    label: 'Through Portolan',
    description: 'Sign-in, policy and audit apply. No secret in the file.',
  },
  http: {
    label: 'Through the local gateway',
    description: 'For clients that only speak HTTP. The file holds a token for this client alone.',
  },
  direct: {
    label: 'Directly',
    description: 'Portolan is not in between: no audit, no policy. What the file cannot hold is left out.',
  },
};

/** The clients whose name or id holds every word of `search`, by name: on this computer, and not. */
export function foundClients(
  clients: readonly ClientInfo[],
  search: string,
): { readonly here: readonly ClientInfo[]; readonly elsewhere: readonly ClientInfo[] } {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const fitting = clients
    .filter(({ id, displayName }) => words.every((word) => `${displayName} ${id}`.toLowerCase().includes(word)))
    .sort((a, b) => a.displayName.localeCompare(b.displayName, 'en'));
  return { here: fitting.filter(({ found }) => found), elsewhere: fitting.filter(({ found }) => !found) };
}

/** The next step for a blocker, as its button says it. */
export function blockerStep({ code }: ExportPlan['blockers'][number]): string {
  return code === 'CLIENT_RUNNING' ? 'I have quit it, check again' : 'Check again';
}
