// Before the first snapshot: a calm frame while loading, and the reason when no host answers.
import { useEffect, useState } from 'react';
import { Reason } from '../../components/reason.tsx';
import { Rose } from '../../components/rose.tsx';
import { SkeletonRows } from '../../components/skeleton-rows.tsx';
import { useApp } from '../../state/app-context.ts';
import type { HostState } from '../../state/host-store.ts';
import { OPEN_AGAIN } from '../../words/errors.ts';

export function NoHost({ host }: { readonly host: HostState }) {
  const { bridge, store } = useApp();
  const [starting, setStarting] = useState(false);
  useEffect(() => setStarting(false), [host]);
  const start = async (): Promise<void> => {
    setStarting(true);
    await bridge.powers.startHost?.().catch(() => undefined);
    store.retry();
  };
  return (
    <main className="main">
      <header className="head firsthead">
        <Rose size={22} />
        <b>Portolan</b>
      </header>
      <div className="body firstbody">
        {host.state === 'gone' ? (
          <>
            <h1>{host.fault.code === 'UNAUTHENTICATED' ? 'This tab is not signed in' : 'The host does not answer'}</h1>
            <Reason
              fault={bridge.powers.startHost ? host.fault : { ...host.fault, hint: OPEN_AGAIN }}
              action={{
                label: starting ? 'Starting' : bridge.powers.startHost ? 'Start host' : 'Try again',
                run: () => void start(),
              }}
            />
          </>
        ) : (
          <>
            <h1 className="sr">Loading</h1>
            <SkeletonRows rows={8} height={42} />
          </>
        )}
      </div>
    </main>
  );
}
