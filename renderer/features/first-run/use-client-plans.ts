// The export plans of all clients on this computer, and writing some of them one after another.
import { useQueries, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ClientInfo, ExportPlan } from '../../../shared/model/import-result.ts';
import { useApp, useSnapshot } from '../../state/app-context.ts';
import { type Fault, toFault } from '../../words/fault.ts';
import { useSetupMemory, type Written } from './setup-memory.ts';

export interface ClientPlan {
  readonly info: ClientInfo;
  readonly plan: ExportPlan | undefined;
  readonly fault: Fault | undefined;
}

export interface ClientPlans {
  readonly plans: readonly ClientPlan[];
  readonly writing: boolean;
  /** Why the last write stopped, and at which client. */
  readonly stopped: { readonly info: ClientInfo; readonly fault: Fault } | undefined;
  readonly again: () => void;
  /** Writes the files of these clients in order; true when all were written. */
  readonly write: (ids: ReadonlySet<string>) => Promise<boolean>;
}

const KEY = 'setup-plan';

export function useClientPlans(clients: readonly ClientInfo[]): ClientPlans {
  const { client } = useApp();
  const { sessions } = useSnapshot();
  const queryClient = useQueryClient();
  const [memory, remember] = useSetupMemory();
  const [writing, setWriting] = useState(false);
  const [stopped, setStopped] = useState<ClientPlans['stopped']>();
  const results = useQueries({
    queries: clients.map(({ id }) => ({
      queryKey: [KEY, id],
      queryFn: () => client.clients.planExport({ client: id, scope: 'user' as const, mode: 'connect' as const }),
      staleTime: 0,
      gcTime: 0,
    })),
  });
  const plans = clients.map((info, index): ClientPlan => {
    const { data, error } = results[index] ?? {};
    return { info, plan: data, fault: error ? toFault(error) : undefined };
  });
  const again = (): void => {
    setStopped(undefined);
    void queryClient.invalidateQueries({ queryKey: [KEY] });
  };
  const write = async (ids: ReadonlySet<string>): Promise<boolean> => {
    setWriting(true);
    setStopped(undefined);
    const before = sessions.map(({ id }) => id);
    // Those that were written before stay known: their clients may still be awaited.
    let written = memory.written.filter(({ client: id }) => !ids.has(id));
    try {
      for (const { info, plan } of plans) {
        if (!plan || !ids.has(info.id)) continue;
        try {
          const done = await client.clients.applyExport({ planId: plan.planId, force: false });
          written = [...written, writtenOf(info, plan, done.path, before)];
        } catch (error) {
          setStopped({ info, fault: toFault(error) });
          return false;
        } finally {
          remember({ written, seen: memory.seen.filter(({ client: id }) => !ids.has(id)) });
        }
      }
      return true;
    } finally {
      setWriting(false);
    }
  };
  return { plans, writing, stopped, again, write };
}

function writtenOf(info: ClientInfo, plan: ExportPlan, path: string, before: readonly string[]): Written {
  const servers = plan.servers.filter(({ action }) => action !== 'refuse').map(({ name }) => name);
  const { id, displayName } = info;
  return { client: id, displayName, path, reload: plan.reload, at: Date.now(), servers, before };
}
