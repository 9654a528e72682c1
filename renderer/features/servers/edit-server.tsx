// Edit a server: the same form and, because a changed command is a new program, the same approval.
import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { ServerEntry } from '../../../shared/model/server-entry.ts';
import { Card } from '../../components/card.tsx';
import { PageHead } from '../../components/page-head.tsx';
import { Reason } from '../../components/reason.tsx';
import { SkeletonRows } from '../../components/skeleton-rows.tsx';
import { useApp, useSnapshot } from '../../state/app-context.ts';
import { toast } from '../../state/toast.tsx';
import { type Fault, toFault } from '../../words/fault.ts';
import { authDraftOf, authProblems, readyAuth, secretNameIn } from './auth-draft.ts';
import { AuthForm } from './auth-form.tsx';
import { draftOf, draftProblems, readyEntry } from './draft.ts';
import { EndpointForm } from './endpoint-form.tsx';
import { Review } from './review.tsx';
import { useServerActions } from './use-server-actions.ts';

export function EditServer({ name }: { readonly name: string }) {
  const { queries } = useApp();
  const entry = useQuery(queries.catalog.get.queryOptions({ input: { name } }));
  if (entry.data) return <EditForm key={name} entry={entry.data} />;
  const back = { to: `/servers/${encodeURIComponent(name)}`, label: `Back to ${name}` };
  return (
    <>
      <PageHead title={`Edit ${name}`} back={back} />
      <div className="body">
        {entry.error ? <Reason fault={toFault(entry.error)} /> : <SkeletonRows rows={6} height={42} />}
      </div>
    </>
  );
}

function EditForm({ entry }: { readonly entry: ServerEntry }) {
  const { client, queries } = useApp();
  const queryClient = useQueryClient();
  const actions = useServerActions();
  const [, navigate] = useLocation();
  const [draft, setDraft] = useState(() => draftOf(entry.name, entry.endpoint));
  const [authDraft, setAuthDraft] = useState(() => authDraftOf(entry.options.auth));
  const { identities } = useSnapshot();
  const [tried, setTried] = useState(false);
  const [step, setStep] = useState<'form' | 'review'>('form');
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<Fault>();
  const page = `/servers/${encodeURIComponent(entry.name)}`;
  const problems = draftProblems(draft, []);
  const isRemote = draft.type !== 'stdio';
  const signInProblems = isRemote ? authProblems(authDraft) : {};

  const approve = async (): Promise<void> => {
    setBusy(true);
    const ready = readyEntry(draft);
    try {
      const { auth, secrets } = isRemote
        ? readyAuth(entry.name, authDraft, entry.options.auth)
        : { auth: undefined, secrets: {} };
      await client.catalog.update({
        name: entry.name,
        endpoint: ready.endpoint,
        secrets: { ...ready.secrets, ...secrets },
        ...(auth === undefined ? {} : { options: { auth } }),
      });
      await queryClient.invalidateQueries({ queryKey: queries.catalog.key() });
      toast(`${entry.name} was changed`, { label: 'Undo', run: () => void actions.undo() });
      navigate(page);
    } catch (error) {
      setBusy(false);
      setFault(toFault(error));
    }
  };

  if (step === 'review') {
    return (
      <Review
        ready={readyEntry(draft)}
        verb="Approve and save"
        busy={busy}
        fault={fault}
        onBack={() => setStep('form')}
        onApprove={() => void approve()}
      />
    );
  }
  return (
    <>
      <PageHead
        title={`Edit ${entry.name}`}
        sub="Saving ends its live sessions; clients reconnect."
        back={{ to: page, label: `Back to ${entry.name}` }}
      />
      <div className="body">
        <div className="form">
          <Card title="Server">
            <div className="cardb">
              <EndpointForm draft={draft} onChange={setDraft} problems={tried ? problems : {}} nameFixed />
            </div>
          </Card>
          {isRemote && (
            <AuthForm
              draft={authDraft}
              problems={tried ? signInProblems : {}}
              identities={identities}
              secretName={secretNameIn(entry.options.auth?.clientSecret)}
              onChange={setAuthDraft}
            />
          )}
        </div>
      </div>
      <footer className="foot">
        <span className="t2">The name is changed on the Configuration tab.</span>
        <Button
          className="end"
          onClick={() => {
            setTried(true);
            setFault(undefined);
            if (Object.keys({ ...problems, ...signInProblems }).length === 0) setStep('review');
          }}
        >
          Review
        </Button>
      </footer>
    </>
  );
}
