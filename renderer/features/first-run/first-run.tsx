// The first page a person sees: what the clients on this computer use, and taking it over, or starting empty.
import { Button } from '@mantine/core';
import { IconArrowRight } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useLocation } from 'wouter';
import { Empty } from '../../components/empty.tsx';
import { Reason } from '../../components/reason.tsx';
import { Rose } from '../../components/rose.tsx';
import { useApp } from '../../state/app-context.ts';
import { toast, toastFault } from '../../state/toast.tsx';
import { toFault } from '../../words/fault.ts';
import { counted } from '../../words/numbers.ts';
import { ClientCards } from '../import/client-cards.tsx';
import { ImportFindings } from '../import/import-findings.tsx';
import { doneWords, entriesFound, unreadFiles } from '../import/import-words.ts';
import { useImport } from '../import/use-import.ts';

export function FirstRun() {
  const { client, queries } = useApp();
  const [, navigate] = useLocation();
  const heading = useRef<HTMLHeadingElement>(null);
  const state = useImport();
  const clients = useQuery(queries.clients.list.queryOptions());
  const { look, plan } = state;
  useEffect(() => {
    heading.current?.focus();
    look({});
  }, []);
  const found = (clients.data ?? []).filter((info) => info.found);
  const unread = new Set(plan ? unreadFiles(plan).map((file) => file.client) : []);
  const leave = async (to: string): Promise<void> => {
    try {
      await client.system.setSettings({ firstRunDone: true });
      navigate(to);
    } catch (error) {
      toastFault(toFault(error));
    }
  };
  const apply = async (): Promise<void> => {
    const done = await state.apply();
    if (!done) return;
    toast(`${doneWords(done.added.length, done.skipped)} Nothing was written to any client.`);
    await leave('/servers');
  };
  const nothing = clients.isSuccess && found.length === 0;
  return (
    <main className="main">
      <header className="head firsthead">
        <Rose size={22} />
        <b>Portolan</b>
        <span className="act">
          <Button variant="subtle" data-quiet onClick={() => void leave('/servers')}>
            Skip, start empty
          </Button>
        </span>
      </header>
      <div className="body firstbody">
        <div>
          <h1 ref={heading} tabIndex={-1}>
            {nothing
              ? 'No known client here'
              : plan
                ? `${counted(found.length, 'client')} on this computer ${found.length === 1 ? 'uses' : 'use'} ${counted(plan.rows.length, 'server')}`
                : 'Looking at the clients on this computer'}
          </h1>
          <p>
            {plan && entriesFound(plan) > plan.rows.length
              ? `They hold ${counted(entriesFound(plan), 'entry', 'entries')}, some of them the same. `
              : ''}
            Tick what Portolan should hold. Nothing is written to any client.
          </p>
        </div>
        {clients.error && (
          <Reason fault={toFault(clients.error)} action={{ label: 'Look again', run: () => void clients.refetch() }} />
        )}
        {nothing ? (
          <section className="card" aria-label="Start">
            <Empty text="No known client here. Start with a URL or a command.">
              <Button onClick={() => void leave('/add')}>Add server</Button>
            </Empty>
          </section>
        ) : (
          <>
            <ClientCards clients={found} unread={unread} />
            <ImportFindings state={state} clients={clients.data ?? []} again={() => look({})} />
          </>
        )}
      </div>
      {!nothing && (
        <footer className="foot firsthead">
          <span className="t2">
            {plan ? `${state.chosen.size} of ${counted(plan.rows.length, 'server')} chosen` : ''}
          </span>
          <span className="row end">
            <span className="sm t3 hide-narrow">
              {clients.data ? `Looked for ${counted(clients.data.length, 'known client')}, ${found.length} found` : ''}
            </span>
            <Button variant="default" onClick={() => void leave('/add')}>
              Add a first server
            </Button>
            <Button
              rightSection={<IconArrowRight size={14} />}
              disabled={state.chosen.size === 0}
              loading={state.applying}
              onClick={() => void apply()}
            >
              Import {counted(state.chosen.size, 'server')}
            </Button>
          </span>
        </footer>
      )}
    </main>
  );
}
