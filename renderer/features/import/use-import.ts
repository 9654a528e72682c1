// One import: its plan, the ticks, and applying exactly that plan.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ImportDone, ImportPlan } from '../../../shared/model/import-result.ts';
import { useApp } from '../../state/app-context.ts';
import { canImport } from './import-words.ts';

export interface ImportSource {
  readonly client?: string;
  readonly path?: string;
  readonly text?: string;
  /** Absolute folder whose project files are read too. */
  readonly projectDir?: string;
}

export interface ImportState {
  readonly plan: ImportPlan | undefined;
  readonly chosen: ReadonlySet<string>;
  readonly error: unknown;
  readonly planning: boolean;
  readonly applying: boolean;
  readonly look: (source: ImportSource) => void;
  readonly choose: (keys: ReadonlySet<string>) => void;
  /** What the last import did, until the next look. */
  readonly done: ImportDone | undefined;
  readonly apply: () => Promise<ImportDone | undefined>;
  readonly clear: () => void;
}

export function useImport(): ImportState {
  const { client, queries } = useApp();
  const queryClient = useQueryClient();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const planning = useMutation({
    mutationFn: (source: ImportSource) => client.clients.planImport(source),
    onSuccess: (plan) => setChosen(new Set(plan.rows.filter(canImport).map((row) => row.key))),
  });
  const applying = useMutation({
    mutationFn: (planId: string) => client.clients.applyImport({ planId, keys: [...chosen] }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: queries.catalog.key() }),
  });
  const plan = planning.data;
  return {
    plan,
    chosen,
    error: planning.error ?? applying.error ?? undefined,
    planning: planning.isPending,
    applying: applying.isPending,
    look: (source) => {
      applying.reset();
      planning.mutate(source);
    },
    choose: setChosen,
    done: applying.data,
    apply: async () => (plan ? applying.mutateAsync(plan.planId).catch(() => undefined) : undefined),
    clear: () => {
      setChosen(new Set());
      planning.reset();
      applying.reset();
    },
  };
}
