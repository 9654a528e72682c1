// Clients: which server is in which of them, changing that in many files at once, and what others changed since.
import { Button, SegmentedControl } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Link } from 'wouter';
import { Empty } from '../../components/empty.tsx';
import { FilterInput } from '../../components/filter-input.tsx';
import { PageHead } from '../../components/page-head.tsx';
import { Reason } from '../../components/reason.tsx';
import { SkeletonRows } from '../../components/skeleton-rows.tsx';
import { useApp, useSnapshot } from '../../state/app-context.ts';
import { toFault } from '../../words/fault.ts';
import { counted } from '../../words/numbers.ts';
import { DriftCard } from './drift-card.tsx';
import { SetReview } from './set-review.tsx';
import { changesOf, pressed, rowsOf, type SyncMode, type Ticks } from './sync-changes.ts';
import { SyncMatrix } from './sync-matrix.tsx';

const NONE: Ticks = new Map();
const MODES: readonly { value: SyncMode; label: string }[] = [
  { value: 'connect', label: 'Through Portolan' },
  { value: 'http', label: 'Over its gateway' },
  { value: 'direct', label: 'Directly' },
];

/** What is planned: the ticks, or the repair of what drifted. */
type Asked = { readonly kind: 'ticks' } | { readonly kind: 'repair'; readonly ids: string[] };

export function SyncPage() {
  const { client, queries } = useApp();
  const snapshot = useSnapshot();
  const found = useQuery(queries.clients.matrix.queryOptions());
  const [ticks, setTicks] = useState<Ticks>(NONE);
  const [mode, setMode] = useState<SyncMode>('connect');
  const [filter, setFilter] = useState('');
  const matrix = found.data;
  const planning = useMutation({
    mutationFn: (asked: Asked) =>
      asked.kind === 'repair'
        ? client.clients.planRepair({ ids: asked.ids })
        : client.clients.planSync({ changes: matrix === undefined ? [] : changesOf(matrix, ticks, mode) }),
  });
  const { refetch } = found;
  const { drift } = snapshot;
  // Whatever changed the drift has changed a file.
  useEffect(() => void refetch(), [drift, refetch]);
  const done = (): void => {
    planning.reset();
    setTicks(NONE);
    void refetch();
  };
  if (planning.data) {
    const asked = planning.variables;
    return (
      <>
        <PageHead title="Review what is written" sub="Nothing is written yet." />
        <SetReview
          plan={planning.data}
          onAgain={() => planning.mutate(asked)}
          onBack={() => planning.reset()}
          onWritten={done}
        />
      </>
    );
  }
  const rows = rowsOf(snapshot.servers, snapshot.profiles).filter(({ name }) =>
    name.toLowerCase().includes(filter.trim().toLowerCase()),
  );
  return (
    <>
      <PageHead title="Clients" sub="Which client has which server. Ticks change nothing until you write.">
        <FilterInput
          className="headfilter hide-narrow"
          label="Filter servers"
          placeholder="Filter servers"
          single={snapshot.settings.singleKeyShortcuts}
          value={filter}
          onChange={setFilter}
        />
        <Button
          component={Link}
          href="/sync/history"
          variant="default"
          leftSection={<IconHistory size={15} aria-hidden />}
        >
          History
        </Button>
      </PageHead>
      <div className="body">
        <DriftCard drift={drift} onRepair={(ids) => planning.mutate({ kind: 'repair', ids })} />
        {found.error && <Reason fault={toFault(found.error)} />}
        {planning.error && <Reason fault={toFault(planning.error)} />}
        <section className="card" aria-label="Servers in clients">
          {matrix === undefined ? (
            <SkeletonRows rows={8} height={42} />
          ) : matrix.clients.length === 0 ? (
            <Empty text="No known client was found on this computer." />
          ) : rows.length === 0 ? (
            <Empty text={filter === '' ? 'There is no server yet.' : 'No server fits the filter.'} />
          ) : (
            <SyncMatrix
              rows={rows}
              matrix={matrix}
              ticks={ticks}
              onPress={(cell, key) => setTicks((before) => pressed(before, cell, key))}
            />
          )}
        </section>
      </div>
      <footer className="foot">
        <span className="row none">
          <SegmentedControl
            size="xs"
            aria-label="How clients reach the servers"
            withItemsBorders={false}
            value={mode}
            onChange={(value) => setMode(MODES.find((known) => known.value === value)?.value ?? 'connect')}
            data={[...MODES]}
          />
        </span>
        <span className="t2 el hide-narrow">
          {ticks.size === 0 ? 'Nothing to write.' : `${counted(ticks.size, 'change')} to review.`}
        </span>
        <span className="row end none">
          <Button variant="default" disabled={ticks.size === 0} onClick={() => setTicks(NONE)}>
            Reset
          </Button>
          <Button
            disabled={ticks.size === 0 || matrix === undefined}
            loading={planning.isPending}
            onClick={() => planning.mutate({ kind: 'ticks' })}
          >
            Review changes
          </Button>
        </span>
      </footer>
    </>
  );
}
