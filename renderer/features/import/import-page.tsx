// Import at any time: from the clients on this computer, from a file, or from pasted text.
import { Button } from '@mantine/core';
import { IconArrowRight } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { PageHead } from '../../components/page-head.tsx';
import { announce } from '../../state/announce.ts';
import { useApp } from '../../state/app-context.ts';
import { count, counted } from '../../words/numbers.ts';
import { useServerActions } from '../servers/use-server-actions.ts';
import { ImportFindings } from './import-findings.tsx';
import { ImportResultCard } from './import-result.tsx';
import { ImportSources } from './import-sources.tsx';
import { doneWords } from './import-words.ts';
import { type ImportSource, useImport } from './use-import.ts';

export function ImportPage() {
  const { queries } = useApp();
  const actions = useServerActions();
  const state = useImport();
  const source = useRef<ImportSource>({});
  const clients = useQuery(queries.clients.list.queryOptions());
  const { look, plan, done } = state;
  useEffect(() => look({}), []);
  useEffect(() => {
    if (plan) announce(`${counted(plan.rows.length, 'server')} found`);
  }, [plan]);
  const lookAt = (next: ImportSource): void => {
    source.current = next;
    look(next);
  };
  const apply = async (): Promise<void> => {
    const applied = await state.apply();
    if (applied) announce(doneWords(applied.added.length, applied.skipped));
  };
  const undo = async (): Promise<void> => {
    await actions.undo();
    lookAt(source.current);
  };
  return (
    <>
      <PageHead
        title="Import servers"
        sub="Files are only read. Nothing is started, and no client is changed."
        back={{ to: '/servers', label: 'Back to servers' }}
      />
      <div className="body">
        <ImportSources clients={clients.data ?? []} planning={state.planning} onLook={lookAt} onClear={state.clear} />
        {done ? (
          <ImportResultCard done={done} onUndo={() => void undo()} />
        ) : (
          <ImportFindings state={state} clients={clients.data ?? []} again={() => lookAt(source.current)} />
        )}
      </div>
      {!done && (
        <footer className="foot">
          <span className="t2">
            {plan
              ? `${count(state.chosen.size)} of ${counted(plan.rows.length, 'server')} chosen`
              : 'Nothing chosen yet'}
          </span>
          <Button
            className="end"
            rightSection={<IconArrowRight size={14} />}
            disabled={state.chosen.size === 0}
            loading={state.applying}
            onClick={() => void apply()}
          >
            Import {counted(state.chosen.size, 'server')}
          </Button>
        </footer>
      )}
    </>
  );
}
