// Export: choose a client, see the exact change of its file, write it, and take it back.
import { Button } from '@mantine/core';
import { IconArrowBackUp, IconLock } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import type { ExportPlan } from '../../../shared/model/import-result.ts';
import { Empty } from '../../components/empty.tsx';
import { PageHead } from '../../components/page-head.tsx';
import { Reason } from '../../components/reason.tsx';
import { SkeletonRows } from '../../components/skeleton-rows.tsx';
import { useApp, useSnapshot } from '../../state/app-context.ts';
import { toast, toastFault } from '../../state/toast.tsx';
import { toFault } from '../../words/fault.ts';
import { counted } from '../../words/numbers.ts';
import { ExportChoices, type ExportWish } from './export-choices.tsx';
import { ExportDiff } from './export-diff.tsx';
import { PasteText } from './paste-text.tsx';

/** `server` undefined: all enabled servers. */
export function ExportPage({ server }: { readonly server: string | undefined }) {
  const { client, queries } = useApp();
  const snapshot = useSnapshot();
  const [, navigate] = useLocation();
  const clients = useQuery(queries.clients.list.queryOptions());
  const known = clients.data ?? [];
  const [chosen, setChosen] = useState<string>();
  const [wish, setWish] = useState<ExportWish>({
    mode: 'connect',
    scope: 'user',
    folder: '',
    what: server === undefined ? 'all' : `server ${server}`,
  });
  const id = chosen ?? known.find(({ found }) => found)?.id;
  const planning = useMutation({
    mutationFn: (input: { id: string; wish: ExportWish }) => client.clients.planExport(planInput(input.id, input.wish)),
  });
  const writing = useMutation({
    mutationFn: (planId: string) => client.clients.applyExport({ planId, force: false }),
  });
  const { mutate: plan } = planning;
  const ready = wish.scope === 'user' || wish.folder.trim() !== '';
  const again = (): void => {
    writing.reset();
    if (id !== undefined && ready) plan({ id, wish });
  };
  useEffect(again, [id, wish, ready]);
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
        plan({ id, wish });
      },
    });
  };
  const back = server === undefined ? '/servers' : `/servers/${encodeURIComponent(server)}`;
  const made = ready ? planning.data : undefined;
  const info = known.find((held) => held.id === id);
  const name = info?.displayName ?? '';
  const writable = made?.diff.changed === true && made.blockers.length === 0;
  return (
    <>
      <PageHead
        title="Review what is written"
        sub={`${subjectOf(wish, snapshot.servers.filter((status) => status.enabled).length)} for one client. Its file is copied first; only the marked lines change.`}
        back={{ to: back, label: server === undefined ? 'Back to servers' : `Back to ${server}` }}
      />
      <div className="body fixed">
        {clients.error && <Reason fault={toFault(clients.error)} />}
        {clients.isSuccess && known.length === 0 && (
          <section className="card" aria-label="Clients">
            <Empty text="No known client was found on this computer." />
          </section>
        )}
        {known.length > 0 && (
          <div className="split export fill">
            <ExportChoices
              clients={known}
              chosen={id}
              wish={wish}
              blockers={made?.blockers ?? []}
              onChoose={setChosen}
              onWish={setWish}
              onAgain={again}
            />
            <section className="card column" aria-label="Change of the file">
              {!ready || id === undefined ? (
                <Empty text={id === undefined ? 'Choose a client.' : 'Name the project folder.'} />
              ) : planning.error || writing.error ? (
                <div className="cardb">
                  <Reason
                    fault={toFault(planning.error ?? writing.error)}
                    action={{ label: 'Show new preview', run: again }}
                  />
                </div>
              ) : made?.paste ? (
                <PasteText paste={made.paste} client={name} secret={wish.mode === 'http'} />
              ) : made ? (
                <ExportDiff plan={made} />
              ) : (
                <SkeletonRows rows={12} height={19} />
              )}
              {made && !made.paste && <FileNotes plan={made} direct={wish.mode === 'direct'} />}
            </section>
          </div>
        )}
      </div>
      <footer className="foot">
        <span className="t2 el">{made === undefined ? '' : whatHappens(made, name)}</span>
        <span className="row end none">
          {id !== undefined && (
            <Button variant="subtle" onClick={() => void undo(id)}>
              Undo last export
            </Button>
          )}
          <Button variant="default" onClick={() => navigate(back)}>
            Back
          </Button>
          {!made?.paste && (
            <Button disabled={!writable} loading={writing.isPending} onClick={write}>
              Write 1 file
            </Button>
          )}
        </span>
      </footer>
    </>
  );
}

function FileNotes({ plan, direct }: { readonly plan: ExportPlan; readonly direct: boolean }) {
  return (
    <div className="panelfoot sm t2" style={{ display: 'grid', gap: 5, marginTop: 'auto' }}>
      <span className="row">
        <IconLock size={14} aria-hidden className="none" />
        {direct
          ? 'A server whose secrets this file cannot hold safely is left out. Values that are shown are masked.'
          : 'No secret of a server is in this file. Values that are shown are masked.'}
      </span>
      <span className="row">
        <IconArrowBackUp size={14} aria-hidden className="none" />
        {plan.diff.exists ? 'A copy of the file is kept before it is written.' : 'The file is new; undo removes it.'}
      </span>
    </div>
  );
}

function planInput(client: string, { mode, scope, folder, what }: ExportWish) {
  const [kind = '', ...rest] = what.split(' ');
  const name = rest.join(' ');
  return {
    client,
    mode,
    scope,
    ...(scope === 'project' ? { projectDir: folder.trim() } : {}),
    ...(kind === 'server' ? { servers: [name] } : kind === 'profile' ? { profile: name } : {}),
  };
}

function subjectOf({ what }: ExportWish, enabled: number): string {
  if (what === 'all') return counted(enabled, 'server');
  return what.startsWith('server ') ? what.slice('server '.length) : `Profile ${what.slice('profile '.length)}`;
}

function whatHappens(plan: ExportPlan, client: string): string {
  if (plan.paste) return `${client}: nothing is written here. ${plan.reload}`;
  if (plan.diff.changed) return `${client}: 1 file changes. ${plan.reload}`;
  return 'Nothing to write: the file is already right.';
}
