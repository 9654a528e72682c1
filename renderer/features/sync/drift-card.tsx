// What other programs changed in Portolan's entries: one line each, and one offer to put it right.
import { Button } from '@mantine/core';
import { IconTool } from '@tabler/icons-react';
import type { Drift } from '../../../shared/model/client-sync.ts';
import { Mark } from '../../components/mark.tsx';
import { Visible } from '../../components/visible.tsx';
import { useApp } from '../../state/app-context.ts';
import { toastFault } from '../../state/toast.tsx';
import { cutMiddle } from '../../text/cut.ts';
import { toFault } from '../../words/fault.ts';
import { count } from '../../words/numbers.ts';

export interface DriftCardProps {
  readonly drift: readonly Drift[];
  readonly onRepair: (ids: string[]) => void;
}

const SHOWN = 6;

export function DriftCard({ drift, onRepair }: DriftCardProps) {
  const { client } = useApp();
  if (drift.length === 0) return null;
  const repairable = drift.filter((item) => item.repairable);
  const forget = (id: string): void => {
    client.clients.forgetDrift({ ids: [id] }).catch((error: unknown) => toastFault(toFault(error)));
  };
  return (
    <section className="card" aria-label="Changed by other programs">
      <div className="cardh" style={{ minHeight: 42 }}>
        <h2>
          {drift.length === 1
            ? '1 entry is not as Portolan left it'
            : `${count(drift.length)} entries are not as Portolan left them`}
        </h2>
        {repairable.length > 0 && (
          <span className="r">
            <Button
              variant="default"
              size="compact-sm"
              leftSection={<IconTool size={14} aria-hidden />}
              onClick={() => onRepair(repairable.map(({ id }) => id))}
            >
              Repair all…
            </Button>
          </span>
        )}
      </div>
      {drift.slice(0, SHOWN).map((item) => (
        <div className="need" key={item.id}>
          <Mark kind="degraded" size={16} label="Changed" />
          <span className="anywhere">
            <b>{item.displayName}</b>, <span className="mono">{cutMiddle(item.name, 40)}</span>:{' '}
            <Visible text={item.message} />{' '}
            <span className="t3 mono xs" title={item.path}>
              {cutMiddle(item.path, 48)}
            </span>
          </span>
          <span className="row none">
            {item.repairable && (
              <Button variant="default" size="compact-sm" onClick={() => onRepair([item.id])}>
                Repair…
              </Button>
            )}
            <Button
              variant="subtle"
              size="compact-sm"
              aria-label={`Leave it: ${item.name} in ${item.displayName}`}
              onClick={() => forget(item.id)}
            >
              Leave it
            </Button>
          </span>
        </div>
      ))}
      {drift.length > SHOWN && <div className="needmore t2 xs">and {drift.length - SHOWN} more</div>}
    </section>
  );
}
