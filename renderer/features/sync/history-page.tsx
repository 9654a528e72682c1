// Every set that was written into clients' files, newest first, each undone as one step.
import { Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { HistoryEntry } from '../../../shared/model/client-sync.ts';
import { Confirm } from '../../components/confirm.tsx';
import { Empty } from '../../components/empty.tsx';
import { PageHead } from '../../components/page-head.tsx';
import { Reason } from '../../components/reason.tsx';
import { SkeletonRows } from '../../components/skeleton-rows.tsx';
import { StateLine } from '../../components/state-line.tsx';
import { TimeAgo } from '../../components/time-ago.tsx';
import { useApp } from '../../state/app-context.ts';
import { toast } from '../../state/toast.tsx';
import { cutMiddle } from '../../text/cut.ts';
import { toFault } from '../../words/fault.ts';
import { counted } from '../../words/numbers.ts';

const ASKERS: Readonly<Record<string, string>> = { cli: 'Command line', window: 'This window' };

export function HistoryPage() {
  const { client, queries } = useApp();
  const history = useQuery(queries.clients.history.queryOptions());
  const [asked, setAsked] = useState<HistoryEntry>();
  const undoing = useMutation({ mutationFn: (id: string) => client.clients.undo({ id, force: false }) });
  const undo = (id: string): void => {
    undoing.mutate(id, {
      onSuccess: ({ files }) => toast(`${counted(files.length, 'file is', 'files are')} as before`),
      onSettled: () => void history.refetch(),
    });
  };
  return (
    <>
      <PageHead
        title="History"
        sub="What Portolan wrote into clients’ files. Undo puts back every byte of every file of a step."
        back={{ to: '/sync', label: 'Back to clients' }}
      />
      <div className="body">
        {(history.error ?? undoing.error) && <Reason fault={toFault(history.error ?? undoing.error)} />}
        <section className="card" aria-label="Written sets">
          {history.isPending && <SkeletonRows rows={6} height={42} />}
          {history.data?.length === 0 && <Empty text="Nothing was written yet." />}
          {history.data !== undefined && history.data.length > 0 && (
            <table className="table">
              <thead>
                <tr>
                  <th scope="col" style={{ width: 92 }}>
                    When
                  </th>
                  <th scope="col" className="hide-narrow" style={{ width: 118 }}>
                    Asked by
                  </th>
                  <th scope="col" style={{ width: '20%' }}>
                    Servers
                  </th>
                  <th scope="col">Files</th>
                  <th scope="col" style={{ width: '26%' }}>
                    State
                  </th>
                  <th scope="col" style={{ width: 92 }}>
                    <span className="sr">Undo</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {history.data.map((entry) => (
                  <Row key={entry.id} entry={entry} busy={undoing.isPending} onUndo={() => setAsked(entry)} />
                ))}
              </tbody>
            </table>
          )}
        </section>
      </div>
      <Confirm
        opened={asked !== undefined}
        title="Undo this step?"
        text={`${counted(asked?.files.length ?? 0, 'file')} get the bytes from before it. Files that were made by it go.`}
        verb="Undo"
        onConfirm={() => {
          if (asked) undo(asked.id);
        }}
        onClose={() => setAsked(undefined)}
      />
    </>
  );
}

function Row({
  entry,
  busy,
  onUndo,
}: {
  readonly entry: HistoryEntry;
  readonly busy: boolean;
  readonly onUndo: () => void;
}) {
  const servers = [...new Set(entry.files.flatMap((file) => file.servers))];
  const why = entry.notUndoable;
  return (
    <tr>
      <td>
        <TimeAgo at={entry.at} />
      </td>
      <td className="hide-narrow">{ASKERS[entry.by] ?? '—'}</td>
      <td className="mono el" title={servers.join(', ')}>
        {servers.length > 3 ? `${servers.slice(0, 3).join(', ')} and ${servers.length - 3} more` : servers.join(', ')}
      </td>
      <td>
        {entry.files.map(({ path }) => (
          <span className="mono xs block el" key={path} title={path}>
            {cutMiddle(path, 40)}
          </span>
        ))}
      </td>
      <td>
        {entry.state === 'undone' ? (
          <StateLine state={{ mark: 'idle', word: 'Undone' }} />
        ) : (
          <StateLine state={{ mark: 'ready', word: 'Written' }} />
        )}
        {why && (
          <span className="xs t2 block anywhere">
            <span className="codeword">{why.code}</span> {why.message}
          </span>
        )}
      </td>
      <td>
        {entry.state === 'written' && why === undefined && (
          <Button
            variant="default"
            size="compact-sm"
            disabled={busy}
            aria-label={`Undo the step of ${entry.files.map(({ path }) => path).join(', ')}`}
            onClick={onUndo}
          >
            Undo…
          </Button>
        )}
      </td>
    </tr>
  );
}
