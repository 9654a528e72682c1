// The list of servers: what needs you first, then every server with its state.
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
import { useUpdates } from '../registry/updates.tsx';
import { whereOf } from './draft.ts';
import { serverNeeds } from './needs.ts';
import { type ServerRow, ServerTable } from './server-table.tsx';
import { useServerActions } from './use-server-actions.ts';

export function ServersPage() {
  const { queries } = useApp();
  const snapshot = useSnapshot();
  const actions = useServerActions();
  const [filter, setFilter] = useState('');
  const single = snapshot.settings.singleKeyShortcuts;
  const catalog = useQuery(queries.catalog.list.queryOptions());
  useKeys({ 'mod+z': () => void actions.undo() }, single);

  const statuses = new Map(snapshot.servers.map((status) => [status.name, status]));
  const rows: ServerRow[] = (catalog.data?.servers ?? []).flatMap((entry) => {
    const status = statuses.get(entry.name);
    return status ? [{ entry, status }] : [];
  });
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = rows.filter(({ entry, status }) => {
    const text = `${entry.name} ${whereOf(entry)} ${entry.endpoint.type} ${status.state}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const updates = useUpdates();
  const needs = serverNeeds(snapshot.servers);
  const live = snapshot.sessions.length;
  return (
    <>
      <PageHead title="Servers" sub={summary(rows.length, live, needs.length)}>
        {rows.length > 0 && (
          <FilterInput
            className="headfilter"
            value={filter}
            onChange={setFilter}
            label="Filter servers"
            placeholder="Filter"
            single={single}
          />
        )}
        <Button component={Link} href="/registry" variant="default">
          Registry
          {updates.length > 0 && (
            <span className="chip" aria-label={counted(updates.length, 'update')}>
              {updates.length}
            </span>
          )}
        </Button>
        <Button component={Link} href="/import" variant="default">
          Import
        </Button>
        <Button component={Link} href="/add" leftSection={<IconPlus size={14} />}>
          Add server
        </Button>
      </PageHead>
      <div className="body">
        <NeedsStrip
          needs={needs.map((need) => ({
            key: need.server,
            mark: need.mark,
            text: (
              <>
                <b>{need.server}</b> {need.claim} <span className="t2">{need.detail}</span>
              </>
            ),
            action: need.action,
            to: need.to,
          }))}
        />
        {catalog.error ? (
          <Reason fault={toFault(catalog.error)} action={{ label: 'Try again', run: () => void catalog.refetch() }} />
        ) : (
          <section className="card" aria-label="All servers">
            {catalog.isPending ? (
              <SkeletonRows rows={8} height={42} />
            ) : rows.length === 0 ? (
              <Empty text="No servers yet. Portolan can read what your clients already use.">
                <Button component={Link} href="/import" variant="default">
                  Find servers
                </Button>
              </Empty>
            ) : shown.length === 0 ? (
              <Empty text="Nothing matches.">
                <Button variant="default" onClick={() => setFilter('')}>
                  Clear filter
                </Button>
              </Empty>
            ) : (
              <ServerTable rows={shown} single={single} />
            )}
          </section>
        )}
      </div>
    </>
  );
}

function summary(servers: number, live: number, needs: number): string {
  if (servers === 0) return 'None yet.';
  const waiting = needs === 0 ? '' : ` ${counted(needs, 'thing needs you', 'things need you')}.`;
  return `${counted(servers, 'server')}. ${counted(live, 'session')} live.${waiting}`;
}
