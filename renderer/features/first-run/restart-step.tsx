// Step 3: restart each client, and see it come back: its mark turns green when its `initialize` reaches Portolan.
import { Button } from '@mantine/core';
import { IconArrowRight } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { Link, useLocation } from 'wouter';
import { Empty } from '../../components/empty.tsx';
import { announce } from '../../state/announce.ts';
import { useApp, useSnapshot } from '../../state/app-context.ts';
import { toast, toastFault } from '../../state/toast.tsx';
import { useNow } from '../../state/use-now.ts';
import { toFault } from '../../words/fault.ts';
import { counted } from '../../words/numbers.ts';
import { seenClients } from './client-seen.ts';
import { useSetupMemory } from './setup-memory.ts';
import { StepFrame } from './step-frame.tsx';
import { StepTitle } from './step-title.tsx';
import { WaitCard } from './wait-card.tsx';

/** A client that starts at once is back by then. */
const LATE_MS = 60_000;

export function RestartStep({ onLeave }: { readonly onLeave: (to: string) => void }) {
  const { client, queries } = useApp();
  const { sessions } = useSnapshot();
  const queryClient = useQueryClient();
  const [, navigate] = useLocation();
  const [memory, remember] = useSetupMemory();
  const clients = useQuery(queries.clients.list.queryOptions());
  const now = useNow(5_000);
  const { written, seen } = memory;
  const waiting = written.filter((one) => !seen.some(({ client: id }) => id === one.client));
  useEffect(() => {
    // Without the names of all clients one could be taken for another.
    if (!clients.data) return;
    const back = [...seenClients(sessions, waiting, clients.data)].map(([id, session]) => ({
      client: id,
      server: session.server,
      name: session.client.name,
    }));
    if (back.length === 0) return;
    remember({ seen: [...seen, ...back] });
    const names = back.map(({ client: id }) => written.find((one) => one.client === id)?.displayName ?? id);
    announce(`${names.join(' and ')} ${names.length === 1 ? 'is' : 'are'} connected`);
  }, [sessions, clients.data, waiting.length]);
  const undoAll = async (): Promise<void> => {
    let left = [...written];
    try {
      for (const { client: id, path } of written.toReversed()) {
        await client.clients.undoExport({ client: id, path });
        left = left.filter((one) => one.client !== id);
      }
      toast(`${counted(written.length, 'file')} put back as before`);
      navigate('/first-run/clients');
    } catch (error) {
      toastFault(toFault(error));
    } finally {
      remember({
        ...memory,
        written: left,
        seen: seen.filter(({ client: id }) => left.some((one) => one.client === id)),
      });
      void queryClient.invalidateQueries({ queryKey: queries.clients.key() });
    }
  };
  const isDone = written.length > 0 && waiting.length === 0;
  return (
    <StepFrame
      step="restart"
      skip={{ label: 'Skip', run: () => onLeave('/connections') }}
      foot={
        <>
          <span className="t2 hide-narrow">
            {written.length === 0
              ? 'Nothing was written.'
              : `${counted(written.length, 'file')} written. Undo puts all of them back.`}
          </span>
          <span className="row end">
            {written.length > 0 && (
              <Button variant="default" onClick={() => void undoAll()}>
                Undo
              </Button>
            )}
            <Button rightSection={<IconArrowRight size={14} />} onClick={() => navigate('/first-run/sign-in')}>
              {isDone || written.length === 0 ? 'Continue' : 'Continue without waiting'}
            </Button>
          </span>
        </>
      }
    >
      <StepTitle title={isDone ? 'Every client is back' : 'Restart your clients'}>
        {isDone
          ? 'All of them reach their servers through Portolan now.'
          : 'A client reads its file when it starts. Its mark turns green as soon as it connects.'}
      </StepTitle>
      {written.length === 0 ? (
        <section className="card" aria-label="Clients">
          <Empty text="No file was written, so no client needs a restart.">
            <Button component={Link} href="/first-run/clients" variant="default">
              Choose clients
            </Button>
          </Empty>
        </section>
      ) : (
        <ul className="plain stack" aria-label="Clients">
          {written.map((one) => (
            <WaitCard
              key={one.client}
              written={one}
              monogram={clients.data?.find(({ id }) => id === one.client)?.monogram ?? one.displayName.slice(0, 2)}
              seen={seen.find(({ client: id }) => id === one.client)}
              late={now - one.at >= LATE_MS}
            />
          ))}
        </ul>
      )}
    </StepFrame>
  );
}
