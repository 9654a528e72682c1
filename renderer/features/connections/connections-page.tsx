// Where the window opens: who reaches what right now, what is broken, and which processes that takes.
import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { Empty } from '../../components/empty.tsx';
import { FilterInput } from '../../components/filter-input.tsx';
import { NeedsStrip } from '../../components/needs-strip.tsx';
import { PageHead } from '../../components/page-head.tsx';
import { Reason } from '../../components/reason.tsx';
import { SkeletonRows } from '../../components/skeleton-rows.tsx';
import { useApp, useSnapshot } from '../../state/app-context.ts';
import { useKeys } from '../../state/keys.ts';
import { toFault } from '../../words/fault.ts';
import { counted } from '../../words/numbers.ts';
import { whereOf } from '../servers/draft.ts';
import { useServerActions } from '../servers/use-server-actions.ts';
import { allNeeds } from './all-needs.ts';
import { Matrix, type MatrixRow } from './matrix.tsx';
import { Processes } from './processes.tsx';
import { useMatrix } from './use-reach.ts';

export function ConnectionsPage() {
  const { queries } = useApp();
  const snapshot = useSnapshot();
  const [filter, setFilter] = useState('');
  const single = snapshot.settings.singleKeyShortcuts;
  const actions = useServerActions();
  useKeys({ 'mod+z': () => void actions.undo() }, single);
  const matrix = useMatrix();
  const catalog = useQuery(queries.catalog.list.queryOptions());
  const clients = matrix.data?.clients ?? [];
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const rows: readonly MatrixRow[] = snapshot.servers.flatMap((status) => {
    const entry = catalog.data?.servers.find(({ name }) => name === status.name);
    const facts = matrix.data?.servers.find(({ name }) => name === status.name);
    const text = `${status.name} ${status.state} ${entry === undefined ? '' : whereOf(entry)}`.toLowerCase();
    return words.every((word) => text.includes(word)) ? [{ status, entry, facts }] : [];
  });
  const needs = allNeeds(snapshot);
  const ready = snapshot.servers.filter(({ state, enabled }) => enabled && state === 'ready').length;
  const fault = matrix.error ?? catalog.error;
  const servers = snapshot.servers.length;
  const waiting = needs.length === 0 ? '' : ` ${counted(needs.length, 'thing needs you', 'things need you')}.`;
  return (
    <>
      <PageHead
        title="Connections"
        sub={
          servers === 0 ? (
            'None yet.'
          ) : (
            <>
              <span className="hide-narrow">
                {counted(clients.length, 'client')}, {counted(servers, 'server')}.{' '}
                {counted(snapshot.sessions.length, 'session')} live.
              </span>
              <span className="only-narrow">
                {ready} of {counted(servers, 'server')} ready.
              </span>
              {waiting}
            </>
          )
        }
      >
        {servers > 0 && (
          <FilterInput
            className="headfilter"
            value={filter}
            onChange={setFilter}
            label="Filter connections"
            placeholder="Filter"
            single={single}
          />
        )}
        <Button component={Link} href="/export" variant="default">
          Edit connections
        </Button>
        <Button component={Link} href="/add" leftSection={<IconPlus size={14} />}>
          Add server
        </Button>
      </PageHead>
      <div className="body">
        <NeedsStrip
          needs={needs.map((need) => ({
            key: need.key,
            mark: need.mark,
            text: (
              <>
                <b>{need.subject}</b> {need.claim} <span className="t2">{need.detail}</span>
              </>
            ),
            action: need.action,
            to: need.to,
          }))}
        />
        {fault ? (
          <Reason
            fault={toFault(fault)}
            action={{ label: 'Try again', run: () => void Promise.all([matrix.refetch(), catalog.refetch()]) }}
          />
        ) : (
          <section className="card none" aria-label="Clients and servers">
            {servers === 0 ? (
              <Empty text="No servers yet. Portolan can read what your clients already use.">
                <Button component={Link} href="/import" variant="default">
                  Find servers
                </Button>
              </Empty>
            ) : matrix.isPending || catalog.isPending ? (
              <SkeletonRows rows={8} height={42} />
            ) : rows.length === 0 ? (
              <Empty text="Nothing matches.">
                <Button variant="default" onClick={() => setFilter('')}>
                  Clear filter
                </Button>
              </Empty>
            ) : (
              <>
                {clients.length === 0 && (
                  <Empty text={`${counted(servers, 'server')}, but no client starts them through Portolan.`}>
                    <Button component={Link} href="/export" variant="default">
                      Choose clients
                    </Button>
                  </Empty>
                )}
                <Matrix rows={rows} clients={clients} cells={matrix.data?.cells ?? []} />
              </>
            )}
          </section>
        )}
        {servers > 0 && <Processes />}
      </div>
    </>
  );
}
