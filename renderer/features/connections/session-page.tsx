// One session and its last messages: what went over it, when and how large, with payloads masked by the host.
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { Confirm } from '../../components/confirm.tsx';
import { PageHead } from '../../components/page-head.tsx';
import { Reason } from '../../components/reason.tsx';
import { SkeletonRows } from '../../components/skeleton-rows.tsx';
import { Visible } from '../../components/visible.tsx';
import { useApp, useSnapshot } from '../../state/app-context.ts';
import { useKeys } from '../../state/keys.ts';
import { toast, toastFault } from '../../state/toast.tsx';
import { useNow } from '../../state/use-now.ts';
import { cutMiddle } from '../../text/cut.ts';
import { faultOf, toFault } from '../../words/fault.ts';
import { counted } from '../../words/numbers.ts';
import { lasting } from '../../words/time.ts';
import { TraceView } from './trace-view.tsx';

const EVERY_MS = 2_000;

export function SessionPage({ id }: { readonly id: string }) {
  const { client, queries } = useApp();
  const snapshot = useSnapshot();
  const [, navigate] = useLocation();
  const now = useNow();
  const [asking, setAsking] = useState(false);
  const [following, setFollowing] = useState(true);
  const trace = useQuery({
    ...queries.connections.trace.queryOptions({ input: { session: id } }),
    refetchInterval: following ? EVERY_MS : false,
  });
  useKeys({ Escape: () => navigate('/connections') }, snapshot.settings.singleKeyShortcuts);
  const session = snapshot.sessions.find((one) => one.id === id);
  const end = async (): Promise<void> => {
    try {
      await client.connections.endSession({ session: id });
      toast('The session was ended');
      navigate('/connections');
    } catch (error) {
      toastFault(toFault(error));
    }
  };
  const back = { to: '/connections', label: 'Back to connections' };
  if (session === undefined) {
    return (
      <>
        <PageHead title="Session" back={back} />
        <div className="body">
          <Reason
            fault={faultOf({ code: 'NOT_FOUND', message: 'This session has ended' })}
            action={{ label: 'Show connections', to: '/connections' }}
          />
        </div>
      </>
    );
  }
  const name = session.client.title ?? session.client.name;
  return (
    <>
      <PageHead
        title={
          <span className="el">
            <Visible text={cutMiddle(name, 60)} /> <span className="t3">at</span> {session.server}
          </span>
        }
        sub={`${counted(session.calls, 'call')}, ${session.inFlight} in flight. Open for ${lasting(session.since, now)}.`}
        back={back}
      >
        <Button variant="default" onClick={() => setFollowing(!following)}>
          {following ? 'Pause' : 'Follow'}
        </Button>
        <Button variant="default" onClick={() => setAsking(true)}>
          End session…
        </Button>
      </PageHead>
      <div className="body fixed">
        {trace.error ? (
          <Reason fault={toFault(trace.error)} action={{ label: 'Try again', run: () => void trace.refetch() }} />
        ) : trace.isPending ? (
          <SkeletonRows rows={8} height={28} />
        ) : (
          <TraceView frames={trace.data} server={session.server} single={snapshot.settings.singleKeyShortcuts} />
        )}
      </div>
      <Confirm
        opened={asking}
        title="End this session?"
        text={`${name} gets an error for what runs now, and has to be restarted to use ${session.server} again.`}
        verb="End session"
        onClose={() => setAsking(false)}
        onConfirm={() => void end()}
      />
    </>
  );
}
