// Add a server: paste anything, see what it was taken for, correct it, and approve the whole of it.
import { Button, Textarea } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import { Card } from '../../components/card.tsx';
import { Mark } from '../../components/mark.tsx';
import { PageHead } from '../../components/page-head.tsx';
import { useApp, useSnapshot } from '../../state/app-context.ts';
import { toast, toastFault } from '../../state/toast.tsx';
import { type Fault, toFault } from '../../words/fault.ts';
import { type Draft, draftProblems, emptyDraft, readyEntry } from './draft.ts';
import { EndpointForm } from './endpoint-form.tsx';
import { type Detected, detectPaste } from './paste-detect.ts';
import { Review } from './review.tsx';
import { useServerActions } from './use-server-actions.ts';

export function AddServer() {
  const { client, queries } = useApp();
  const snapshot = useSnapshot();
  const queryClient = useQueryClient();
  const actions = useServerActions();
  const [, navigate] = useLocation();
  const [pasted, setPasted] = useState('');
  const [draft, setDraft] = useState<Draft>(emptyDraft());
  const [tried, setTried] = useState(false);
  const [step, setStep] = useState<'form' | 'review'>('form');
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<Fault>();
  const detected = detectPaste(pasted);
  const problems = draftProblems(
    draft,
    snapshot.servers.map((server) => server.name),
  );

  const approve = async (): Promise<void> => {
    setBusy(true);
    const ready = readyEntry(draft);
    try {
      await client.catalog.add({ name: ready.name, endpoint: ready.endpoint, secrets: ready.secrets });
    } catch (error) {
      setBusy(false);
      setFault(toFault(error));
      return;
    }
    setDraft(emptyDraft());
    await queryClient.invalidateQueries({ queryKey: queries.catalog.key() });
    toast(`${ready.name} was added`, { label: 'Undo', run: () => void actions.undo() });
    navigate(`/servers/${encodeURIComponent(ready.name)}`);
    client.servers.start({ name: ready.name }).catch((error: unknown) => toastFault(toFault(error)));
  };

  if (step === 'review') {
    return (
      <Review
        ready={readyEntry(draft)}
        verb={draft.type === 'stdio' ? 'Approve and start' : 'Approve and connect'}
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
        title="Add server"
        sub="Paste what you have; it is read here and nowhere else."
        back={{ to: '/servers', label: 'Back to servers' }}
      />
      <div className="body">
        <div className="form">
          <Card title="Paste">
            <div className="cardb stack">
              <Textarea
                aria-label="Paste a URL, a command or a JSON snippet"
                placeholder="Paste a URL, a command or a JSON snippet"
                autosize
                minRows={2}
                maxRows={10}
                spellCheck={false}
                classNames={{ input: 'mono' }}
                value={pasted}
                onChange={(event) => {
                  const text = event.currentTarget.value;
                  setPasted(text);
                  const found = detectPaste(text);
                  if ('draft' in found) setDraft(found.draft);
                }}
              />
              <DetectedLine detected={detected} />
            </div>
          </Card>
          <Card title="Server">
            <div className="cardb">
              <EndpointForm draft={draft} onChange={setDraft} problems={tried ? problems : {}} />
            </div>
          </Card>
        </div>
      </div>
      <footer className="foot">
        <span className="t2">You see everything once more before it runs.</span>
        <Button
          className="end"
          onClick={() => {
            setTried(true);
            setFault(undefined);
            if (Object.keys(problems).length === 0) setStep('review');
          }}
        >
          Review
        </Button>
      </footer>
    </>
  );
}

function DetectedLine({ detected }: { readonly detected: Detected }) {
  if (detected.kind === 'nothing') return <div className="detected">Or fill in the form below.</div>;
  return (
    <div className="detected" role="status">
      <Mark kind={detected.kind === 'unclear' ? 'degraded' : 'ready'} size={14} />
      <span className="anywhere">{detected.words}</span>
      {detected.kind === 'many' && (
        <Button component={Link} href="/import" variant="default" size="compact-sm">
          Import them together
        </Button>
      )}
    </div>
  );
}
