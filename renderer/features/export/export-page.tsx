// Export: choose a client, see the exact change of its file, write it, and take it back.
import { Button } from '@mantine/core';
import { IconArrowBackUp, IconLock } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import { Empty } from '../../components/empty.tsx';
import { PageHead } from '../../components/page-head.tsx';
import { Reason } from '../../components/reason.tsx';
import { SkeletonRows } from '../../components/skeleton-rows.tsx';
import { useApp, useSnapshot } from '../../state/app-context.ts';
import { toast, toastFault } from '../../state/toast.tsx';
import { toFault } from '../../words/fault.ts';
import { counted } from '../../words/numbers.ts';
import { ExportChoices, type ExportMode } from './export-choices.tsx';
import { ExportDiff } from './export-diff.tsx';

/** `server` undefined: all enabled servers. */
export function ExportPage({ server }: { readonly server: string | undefined }) {
  const { client, queries } = useApp();
  const snapshot = useSnapshot();
  const [, navigate] = useLocation();
  const clients = useQuery(queries.clients.list.queryOptions());
  const found = (clients.data ?? []).filter((info) => info.found);
  const [chosen, setChosen] = useState<string>();
  const [mode, setMode] = useState<ExportMode>('connect');
  const id = chosen ?? found[0]?.id;
  const planning = useMutation({
    mutationFn: (input: { client: string; mode: ExportMode }) =>
      client.clients.planExport({ ...input, scope: 'user', ...(server === undefined ? {} : { servers: [server] }) }),
  });
  const writing = useMutation({
    mutationFn: (planId: string) => client.clients.applyExport({ planId, force: false }),
  });
  const { mutate: plan } = planning;
  useEffect(() => {
    if (id !== undefined) plan({ client: id, mode });
  }, [id, mode, plan, server]);
  const again = (): void => {
    writing.reset();
    if (id !== undefined) plan({ client: id, mode });
  };
  const undo = async (of: string): Promise<void> => {
    try {
      const done = await client.clients.undoExport({ client: of });
      toast(`${done.path} is as it was before`);
      again();
    } catch (error) {
      toastFault(toFault(error));
    }
  };
  const write = (): void => {
    const made = planning.data;
    if (!made || id === undefined) return;
    writing.mutate(made.planId, {
      onSuccess: (done) => {
        toast(`1 file written. ${done.reload}`, { label: 'Undo', run: () => void undo(id) });
        plan({ client: id, mode });
      },
    });
  };
  const back = server === undefined ? '/servers' : `/servers/${encodeURIComponent(server)}`;
  const made = planning.data;
  const info = found.find((held) => held.id === id);
  const writable = made?.diff.changed === true && made.blockers.length === 0;
  const count = server === undefined ? snapshot.servers.filter((status) => status.enabled).length : 1;
  return (
    <>
      <PageHead
        title="Review what is written"
        sub={`${server ?? counted(count, 'server')} for one client. Its file is copied first; only the marked lines change.`}
        back={{ to: back, label: server === undefined ? 'Back to servers' : `Back to ${server}` }}
      />
      <div className="body fixed">
        {clients.error && <Reason fault={toFault(clients.error)} />}
        {clients.isSuccess && found.length === 0 && (
          <section className="card" aria-label="Clients">
            <Empty text="No known client was found on this computer." />
          </section>
        )}
        {found.length > 0 && (
          <div className="split export fill">
            <ExportChoices
              clients={found}
              chosen={id}
              mode={mode}
              blockers={made?.blockers ?? []}
              onChoose={(next) => {
                writing.reset();
                setChosen(next);
              }}
              onMode={setMode}
              onAgain={again}
            />
            <section className="card column" aria-label="Change of the file">
              {planning.error || writing.error ? (
                <div className="cardb">
                  <Reason
                    fault={toFault(planning.error ?? writing.error)}
                    action={{ label: 'Show new preview', run: again }}
                  />
                </div>
              ) : made ? (
                <ExportDiff plan={made} />
              ) : (
                <SkeletonRows rows={12} height={19} />
              )}
              {made && (
                <div className="panelfoot sm t2" style={{ display: 'grid', gap: 5, marginTop: 'auto' }}>
                  <span className="row">
                    <IconLock size={14} aria-hidden className="none" />
                    {mode === 'connect'
                      ? 'No secret is in this file. Values that are shown are masked.'
                      : 'Secrets are masked here, but the file will hold them.'}
                  </span>
                  <span className="row">
                    <IconArrowBackUp size={14} aria-hidden className="none" />
                    {made.diff.exists
                      ? 'A copy of the file is kept before it is written.'
                      : 'The file is new; undo removes it.'}
                  </span>
                </div>
              )}
            </section>
          </div>
        )}
      </div>
      <footer className="foot">
        <span className="t2 el">
          {made === undefined
            ? ''
            : made.diff.changed
              ? `${info?.displayName ?? ''}: 1 file changes. ${made.reload}`
              : 'Nothing to write: the file is already right.'}
        </span>
        <span className="row end none">
          {id !== undefined && (
            <Button variant="subtle" onClick={() => void undo(id)}>
              Undo last export
            </Button>
          )}
          <Button variant="default" onClick={() => navigate(back)}>
            Back
          </Button>
          <Button disabled={!writable} loading={writing.isPending} onClick={write}>
            Write 1 file
          </Button>
        </span>
      </footer>
    </>
  );
}
