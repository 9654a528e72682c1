// The clients on this computer with a tick each, what stands against writing, and which change is shown.
import { Checkbox } from '@mantine/core';
import { Monogram } from '../../components/monogram.tsx';
import { StateLine } from '../../components/state-line.tsx';
import { cutMiddle } from '../../text/cut.ts';
import { counted } from '../../words/numbers.ts';
import type { StateWord } from '../../words/states.ts';
import type { ClientPlan } from './use-client-plans.ts';

export interface ClientTicksProps {
  readonly plans: readonly ClientPlan[];
  readonly chosen: ReadonlySet<string>;
  readonly shown: string | undefined;
  readonly canWrite: (held: ClientPlan) => boolean;
  readonly onTick: (id: string, on: boolean) => void;
  readonly onShow: (id: string) => void;
}

export function ClientTicks({ plans, chosen, shown, canWrite, onTick, onShow }: ClientTicksProps) {
  return (
    <div className="scroll">
      <section className="card" aria-label="Clients">
        <ul className="plain filelist ticks">
          {plans.map((held) => {
            const { info, plan } = held;
            const path = plan?.diff.path ?? info.files[0]?.path ?? '';
            return (
              <li key={info.id}>
                <Checkbox
                  aria-label={`Write ${info.displayName}`}
                  checked={chosen.has(info.id)}
                  disabled={!canWrite(held)}
                  onChange={(event) => onTick(info.id, event.currentTarget.checked)}
                />
                <button type="button" aria-pressed={info.id === shown} onClick={() => onShow(info.id)}>
                  <span className="none" aria-hidden>
                    <Monogram letters={info.monogram} name="" />
                  </span>
                  <span style={{ minWidth: 0 }}>
                    <span className="row">
                      <b className="el">{info.displayName}</b>
                      <span className="end none">
                        <StateLine state={stateOf(held)} size={13} />
                      </span>
                    </span>
                    <span className="mono t3 xs el block" title={path}>
                      {cutMiddle(path, 36)}
                    </span>
                  </span>
                </button>
              </li>
            );
          })}
        </ul>
      </section>
    </div>
  );
}

function stateOf({ plan, fault }: ClientPlan): StateWord {
  if (fault) return { mark: 'degraded', word: 'Not readable' };
  if (!plan) return { mark: 'starting', word: 'Looking' };
  if (plan.blockers.some(({ code }) => code === 'CLIENT_RUNNING')) return { mark: 'degraded', word: 'Running' };
  if (plan.blockers.length > 0) return { mark: 'blocked', word: 'Held' };
  if (!plan.diff.changed) return { mark: 'ready', word: 'Done' };
  const changes = plan.servers.filter(({ action }) => action === 'add' || action === 'replace').length;
  return { mark: 'idle', word: counted(changes, 'change') };
}
