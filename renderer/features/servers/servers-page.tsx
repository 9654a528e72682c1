// The list of servers: what needs you first, then every server with its state.
import { Button, Menu } from '@mantine/core';
import { IconChevronDown, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useDebouncedValue } from '@mantine/hooks';
import { useMemo, useState } from 'react';
import { Link } from 'wouter';
import type { ServerEntry } from '../../../shared/model/server-entry.ts';
import type { ServerStatus } from '../../../shared/model/server-status.ts';
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

/** Typing goes on meanwhile; a catalog may hold thousands. */
const SEARCH_AFTER_MS = 80;

interface FoundRow extends ServerRow {
  /** What a search looks into. */
  readonly text: string;
}

export function ServersPage() {
  const { queries } = useApp();
  const snapshot = useSnapshot();
  const actions = useServerActions();
  const [filter, setFilter] = useState('');
  const single = snapshot.settings.singleKeyShortcuts;
  const catalog = useQuery(queries.catalog.list.queryOptions());
  useKeys({ 'mod+z': () => void actions.undo() }, single);

  const [searched] = useDebouncedValue(filter, filter === '' ? 0 : SEARCH_AFTER_MS);
  const rows = useMemo(() => rowsOf(catalog.data?.servers ?? [], snapshot.servers), [catalog.data, snapshot.servers]);
  const shown = useMemo(() => {
    const words = searched.toLowerCase().split(/\s+/).filter(Boolean);
    return rows.filter(({ text }) => words.every((word) => text.includes(word)));
  }, [rows, searched]);
  const needs = useMemo(() => serverNeeds(snapshot.servers), [snapshot.servers]);
  const updates = useUpdates();
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
        <Menu position="bottom-end" withInitialFocusPlaceholder={false}>
          <Menu.Target>
            <Button variant="default" rightSection={<IconChevronDown size={14} />}>
              Import
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item component={Link} href="/import">
              Import servers
            </Menu.Item>
            <Menu.Item component={Link} href="/export">
              Export to a client
            </Menu.Item>
            <Menu.Item component={Link} href="/first-run">
              Set up clients
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
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

function rowsOf(entries: readonly ServerEntry[], statuses: readonly ServerStatus[]): FoundRow[] {
  const byName = new Map(statuses.map((status) => [status.name, status]));
  return entries.flatMap((entry) => {
    const status = byName.get(entry.name);
    if (status === undefined) return [];
    const text = `${entry.name} ${whereOf(entry)} ${entry.endpoint.type} ${status.state}`.toLowerCase();
    return [{ entry, status, text }];
  });
}

function summary(servers: number, live: number, needs: number): string {
  if (servers === 0) return 'None yet.';
  const waiting = needs === 0 ? '' : ` ${counted(needs, 'thing needs you', 'things need you')}.`;
  return `${counted(servers, 'server')}. ${counted(live, 'session')} live.${waiting}`;
}
