// Step 2: which clients reach the servers through Portolan, and the exact change of each file before anything is written.
import { Button } from '@mantine/core';
import { IconArrowRight } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import { Empty } from '../../components/empty.tsx';
import { Reason } from '../../components/reason.tsx';
import { SkeletonRows } from '../../components/skeleton-rows.tsx';
import { announce } from '../../state/announce.ts';
import { useApp, useSnapshot } from '../../state/app-context.ts';
import { toFault } from '../../words/fault.ts';
import { counted } from '../../words/numbers.ts';
import { ExportDiff } from '../export/export-diff.tsx';
import { blockerStep } from '../export/export-words.ts';
import { ClientTicks } from './client-ticks.tsx';
import { clientsHere } from './clients-here.ts';
import { StepFrame } from './step-frame.tsx';
import { StepTitle } from './step-title.tsx';
import { type ClientPlan, useClientPlans } from './use-client-plans.ts';

export function ChooseStep({ onLeave }: { readonly onLeave: (to: string) => void }) {
  const { queries } = useApp();
  const { servers } = useSnapshot();
  const [, navigate] = useLocation();
  const clients = useQuery(queries.clients.list.queryOptions());
  const here = clientsHere(clients.data ?? []).filter(({ files }) => files.length > 0);
  const { plans, writing, stopped, again, write } = useClientPlans(servers.length === 0 ? [] : here);
  const [ticks, setTicks] = useState<ReadonlyMap<string, boolean>>(new Map());
  const [shown, setShown] = useState<string>();
  const chosen = new Set(
    plans.filter((held) => canWrite(held) && (ticks.get(held.info.id) ?? true)).map(({ info }) => info.id),
  );
  const current = plans.find(({ info }) => info.id === shown) ?? plans.find(canWrite) ?? plans[0];
  const loading = clients.isPending || plans.some(({ plan, fault }) => !plan && !fault);
  const writeAll = async (): Promise<void> => {
    const all = await write(chosen);
    announce(all ? `${counted(chosen.size, 'file')} written` : 'Writing stopped');
    if (all) navigate('/first-run/restart');
  };
  const possible = plans.filter(canWrite).length;
  return (
    <StepFrame
      step="clients"
      fixed
      skip={{ label: 'Skip', run: () => onLeave('/connections') }}
      foot={
        <>
          <span className="t2 hide-narrow">
            {loading
              ? 'Looking at the files'
              : `${chosen.size} of ${counted(possible, 'file')} chosen. Undo puts all of them back.`}
          </span>
          <span className="row end">
            <Button variant="default" onClick={() => navigate('/first-run')}>
              Back
            </Button>
            {!loading && possible === 0 ? (
              <Button rightSection={<IconArrowRight size={14} />} onClick={() => navigate('/first-run/restart')}>
                Continue
              </Button>
            ) : (
              <Button
                rightSection={<IconArrowRight size={14} />}
                disabled={chosen.size === 0 || loading}
                loading={writing}
                onClick={() => void writeAll()}
              >
                Write {counted(chosen.size, 'file')}
              </Button>
            )}
          </span>
        </>
      }
    >
      <StepTitle title="Choose clients">
        Each file is copied first; only the marked lines change. Ticked clients reach{' '}
        {counted(servers.length, 'server')} through Portolan.
      </StepTitle>
      {clients.error && <Reason fault={toFault(clients.error)} />}
      {stopped && (
        <Reason
          fault={{ ...stopped.fault, cause: `${stopped.info.displayName}: ${stopped.fault.cause}` }}
          action={{ label: 'Show new preview', run: again }}
        />
      )}
      {servers.length === 0 ? (
        <section className="card" aria-label="Clients">
          <Empty text="There is no server to write yet.">
            <Button component={Link} href="/first-run" variant="default">
              Find servers
            </Button>
          </Empty>
        </section>
      ) : clients.isSuccess && here.length === 0 ? (
        <section className="card" aria-label="Clients">
          <Empty text="No known client was found on this computer." />
        </section>
      ) : (
        <div className="split export fill">
          <ClientTicks
            plans={plans}
            chosen={chosen}
            shown={current?.info.id}
            canWrite={canWrite}
            onTick={(id, on) => setTicks(new Map(ticks).set(id, on))}
            onShow={setShown}
          />
          <section
            className="card column"
            aria-label={`Change of the file of ${current?.info.displayName ?? 'a client'}`}
          >
            {current ? <Change held={current} again={again} /> : <SkeletonRows rows={12} height={19} />}
          </section>
        </div>
      )}
    </StepFrame>
  );
}

function Change({ held, again }: { readonly held: ClientPlan; readonly again: () => void }) {
  const { plan, fault } = held;
  if (fault) {
    return (
      <div className="cardb">
        <Reason fault={fault} action={{ label: 'Look again', run: again }} />
      </div>
    );
  }
  if (!plan) return <SkeletonRows rows={12} height={19} />;
  return (
    <>
      {plan.blockers.map((blocker) => (
        <div className="cardb" key={blocker.code}>
          <Reason
            tone="warn"
            fault={{ ...toFault(blocker), cause: blocker.message, hint: blocker.hint ?? '' }}
            action={{ label: blockerStep(blocker), run: again }}
          />
        </div>
      ))}
      <ExportDiff plan={plan} />
    </>
  );
}

/** Its file changes, and nothing stands against it. */
function canWrite({ plan, fault }: ClientPlan): boolean {
  return fault === undefined && plan?.diff.changed === true && plan.blockers.length === 0;
}
