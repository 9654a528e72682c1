// Step 1: what the clients on this computer use, and taking it over, or starting empty.
import { Button } from '@mantine/core';
import { IconArrowRight } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useLocation } from 'wouter';
import type { ClientInfo, ImportPlan } from '../../../shared/model/import-result.ts';
import { Empty } from '../../components/empty.tsx';
import { Reason } from '../../components/reason.tsx';
import { announce } from '../../state/announce.ts';
import { useApp, useSnapshot } from '../../state/app-context.ts';
import { toast } from '../../state/toast.tsx';
import { toFault } from '../../words/fault.ts';
import { count, counted } from '../../words/numbers.ts';
import { ClientCards } from '../import/client-cards.tsx';
import { ImportFindings } from '../import/import-findings.tsx';
import { doneWords, entriesFound, unreadFiles } from '../import/import-words.ts';
import { useImport } from '../import/use-import.ts';
import { clientsHere } from './clients-here.ts';
import { StepFrame } from './step-frame.tsx';
import { StepTitle } from './step-title.tsx';

export function FindStep({ onLeave }: { readonly onLeave: (to: string) => void }) {
  const { client, queries } = useApp();
  const { servers } = useSnapshot();
  const [, navigate] = useLocation();
  const state = useImport();
  const clients = useQuery(queries.clients.list.queryOptions());
  const { look, plan } = state;
  useEffect(() => look({}), []);
  const found = clientsHere(clients.data ?? []);
  const nothing = clients.isSuccess && found.length === 0;
  const title = titleOf(nothing, found, plan);
  useEffect(() => {
    if (plan || nothing) announce(title);
  }, [plan, nothing, title]);
  const unread = new Set(plan ? unreadFiles(plan).map((file) => file.client) : []);
  const apply = async (): Promise<void> => {
    const done = await state.apply();
    if (!done) return;
    toast(`${doneWords(done.added.length, done.skipped)} Nothing was written to any client.`);
    await client.system.setSettings({ firstRunDone: true }).catch(() => undefined);
    navigate('/first-run/clients');
  };
  const foot = (
    <>
      <span className="t2 hide-narrow">
        {plan ? `${count(state.chosen.size)} of ${counted(plan.rows.length, 'server')} chosen` : ''}
      </span>
      <span className="row end">
        <span className="sm t3 hide-narrow">
          {clients.data ? `Looked for ${counted(clients.data.length, 'known client')}, ${found.length} found` : ''}
        </span>
        {servers.length > 0 ? (
          <Button variant="default" onClick={() => navigate('/first-run/clients')}>
            Choose clients
          </Button>
        ) : (
          <Button variant="default" onClick={() => onLeave('/add')}>
            Add a first server
          </Button>
        )}
        <Button
          rightSection={<IconArrowRight size={14} />}
          disabled={state.chosen.size === 0}
          loading={state.applying}
          onClick={() => void apply()}
        >
          Import {counted(state.chosen.size, 'server')}
        </Button>
      </span>
    </>
  );
  return (
    <StepFrame
      step="find"
      skip={{
        label: servers.length > 0 ? 'Skip' : 'Skip, start empty',
        run: () => onLeave('/servers'),
      }}
      foot={nothing ? undefined : foot}
    >
      <StepTitle title={title}>
        {plan && entriesFound(plan) > plan.rows.length
          ? `They hold ${counted(entriesFound(plan), 'entry', 'entries')}, some of them the same. `
          : ''}
        Tick what Portolan should hold. Nothing is written to any client.
      </StepTitle>
      {clients.error && (
        <Reason fault={toFault(clients.error)} action={{ label: 'Look again', run: () => void clients.refetch() }} />
      )}
      {nothing ? (
        <section className="card" aria-label="Start">
          <Empty text="No known client here. Start with a URL or a command.">
            <Button onClick={() => onLeave('/add')}>Add server</Button>
          </Empty>
        </section>
      ) : (
        <>
          <div className={state.planning ? 'sm t2' : 'sr'} role="status">
            {state.planning ? progressWords(clients.data) : ''}
          </div>
          <ClientCards clients={found} unread={unread} reading={plan === undefined} />
          <ImportFindings state={state} clients={clients.data ?? []} again={() => look({})} />
        </>
      )}
    </StepFrame>
  );
}

function titleOf(nothing: boolean, found: readonly ClientInfo[], plan: ImportPlan | undefined): string {
  if (nothing) return 'No known client here';
  if (!plan) return 'Looking at the clients on this computer';
  return `${counted(found.length, 'client')} on this computer ${found.length === 1 ? 'uses' : 'use'} ${counted(plan.rows.length, 'server')}`;
}

/** What is being done while the files are read. */
function progressWords(clients: readonly ClientInfo[] | undefined): string {
  if (!clients) return 'Looking for known clients.';
  const files = clients.flatMap((info) => info.files.filter((file) => file.exists));
  return `${counted(clientsHere(clients).length, 'client')} of ${clients.length} found. Reading ${counted(files.length, 'file')}.`;
}
