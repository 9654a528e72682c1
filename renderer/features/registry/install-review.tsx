// Everything that would run or be contacted, before anything is added or updated.
import { Button } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import type { InstallRequest } from '../../../shared/model/registry.ts';
import { Card } from '../../components/card.tsx';
import { EndpointChanges, EndpointView, Risks } from '../../components/endpoint-view.tsx';
import { Note } from '../../components/note.tsx';
import { PageHead } from '../../components/page-head.tsx';
import { Reason } from '../../components/reason.tsx';
import { SkeletonRows } from '../../components/skeleton-rows.tsx';
import { useApp } from '../../state/app-context.ts';
import { toast } from '../../state/toast.tsx';
import { type Fault, toFault } from '../../words/fault.ts';
import { counted } from '../../words/numbers.ts';
import { useServerActions } from '../servers/use-server-actions.ts';

export interface InstallReviewProps {
  readonly request: InstallRequest;
  /** Values of the secrets, by input; they leave this page only for the keychain. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly onBack: () => void;
}

export function InstallReviewPage({ request, secrets, onBack }: InstallReviewProps) {
  const { client, queries } = useApp();
  const queryClient = useQueryClient();
  const actions = useServerActions();
  const [, navigate] = useLocation();
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<Fault>();
  const back = useRef<HTMLButtonElement>(null);
  useEffect(() => back.current?.focus(), []);
  const review = useQuery({ ...queries.registry.review.queryOptions({ input: request }), gcTime: 0, retry: false });
  const add = async (digest: string): Promise<void> => {
    setBusy(true);
    try {
      const { entry, held } = await client.registry.add({ request, digest, secrets: { ...secrets } });
      await queryClient.invalidateQueries({ queryKey: queries.catalog.key() });
      await queryClient.invalidateQueries({ queryKey: queries.registry.outdated.key() });
      const done = request.update === undefined ? 'was added' : held ? 'was changed and is held' : 'was updated';
      toast(`${entry.name} ${done}`, { label: 'Undo', run: () => void actions.undo() });
      navigate(`/servers/${encodeURIComponent(entry.name)}`);
    } catch (error) {
      setBusy(false);
      setFault(toFault(error));
    }
  };
  const shown = review.data;
  const kept = Object.keys(shown?.secretNames ?? {}).length;
  return (
    <>
      <PageHead
        title={`Review ${shown?.name ?? ''}`.trim()}
        sub={
          shown?.versionBefore === undefined
            ? 'Nothing has been saved or started yet.'
            : `Version ${shown.versionBefore} → ${shown.version}`
        }
        keepFocus
      />
      <div className="body" tabIndex={0} role="region" aria-label="All that runs or is contacted">
        <div className="form">
          {review.error && <Reason fault={toFault(review.error)} />}
          {review.isPending && <SkeletonRows rows={5} height={42} />}
          {shown && (
            <>
              {shown.before && (
                <Card title="What changes">
                  <EndpointChanges before={shown.before} now={shown.endpoint} />
                </Card>
              )}
              {shown.held !== undefined && (
                <Note
                  tone="warn"
                  title={shown.held}
                  text="It is held after the update until you approve it by itself."
                />
              )}
              <EndpointView endpoint={shown.endpoint} />
              <Risks risks={shown.risks} />
            </>
          )}
          {kept > 0 && (
            <p className="row t2 sm">
              <IconLock size={14} aria-hidden /> {counted(kept, 'secret goes', 'secrets go')} to the keychain of this
              computer. The catalog file holds only the name.
            </p>
          )}
          {fault && <Reason fault={fault} />}
        </div>
      </div>
      <footer className="foot">
        <Button ref={back} className="end" variant="default" onClick={onBack}>
          Back
        </Button>
        <Button loading={busy} disabled={shown === undefined} onClick={() => shown && void add(shown.digest)}>
          {request.update === undefined ? 'Approve and add' : 'Approve and update'}
        </Button>
      </footer>
    </>
  );
}
