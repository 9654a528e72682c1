// The processes behind the connections, as trees under the host: age, memory, who uses them, and a way to stop one.
import { ActionIcon } from '@mantine/core';
import { IconChevronDown, IconChevronRight, IconPlayerStop } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ServerProcess } from '../../../shared/model/connection.ts';
import { Confirm } from '../../components/confirm.tsx';
import { Reason } from '../../components/reason.tsx';
import { Visible } from '../../components/visible.tsx';
import { useApp, useSnapshot } from '../../state/app-context.ts';
import { toast, toastFault } from '../../state/toast.tsx';
import { useNow } from '../../state/use-now.ts';
import { cutMiddle } from '../../text/cut.ts';
import { toFault } from '../../words/fault.ts';
import { bytes, count, counted } from '../../words/numbers.ts';
import { exact, lasting } from '../../words/time.ts';
import { useProcesses } from './use-reach.ts';

/** More rows than these are folded until asked for. */
const SHOWN = 20;

export function Processes() {
  const { client, queries } = useApp();
  const { host } = useSnapshot();
  const queryClient = useQueryClient();
  const found = useProcesses();
  const now = useNow();
  const [open, setOpen] = useState(false);
  const [all, setAll] = useState(false);
  const [stopping, setStopping] = useState<ServerProcess>();
  const list = found.data ?? [];
  const memory = host.rssBytes + list.reduce((sum, { rssBytes }) => sum + rssBytes, 0);
  const lonely = list.filter(({ usedBy }) => usedBy.length === 0).length;
  const depth = (one: ServerProcess): number => {
    const parent = list.find(({ pid }) => pid === one.parentPid);
    return parent === undefined ? 1 : depth(parent) + 1;
  };
  const stop = async (one: ServerProcess): Promise<void> => {
    try {
      await client.connections.stopProcess({ pid: one.pid });
      toast(`${one.server} (${one.pid}) stopped`);
    } catch (error) {
      toastFault(toFault(error));
    }
    await queryClient.invalidateQueries({ queryKey: queries.connections.key() });
  };
  const users = stopping?.usedBy.join(', ') ?? '';
  return (
    <section className={open ? 'card none processes open' : 'card none processes'} aria-labelledby="processes">
      <div className="cardh">
        <button
          type="button"
          className="fold only-narrow"
          aria-expanded={open}
          aria-label={open ? 'Fold processes' : 'Show processes'}
          onClick={() => setOpen(!open)}
        >
          {open ? <IconChevronDown size={15} /> : <IconChevronRight size={15} />}
        </button>
        <h2 id="processes">Processes</h2>
        <span className="t2 sm" style={{ fontWeight: 400 }}>
          {count(list.length + 1)}, {bytes(memory)}
        </span>
        <span className="r hide-narrow">
          {lonely === 0
            ? 'None left behind by a closed client'
            : `${counted(lonely, 'process', 'processes')} without a client`}
        </span>
      </div>
      {found.error && (
        <div className="cardb">
          <Reason fault={toFault(found.error)} action={{ label: 'Try again', run: () => void found.refetch() }} />
        </div>
      )}
      <table className="table procs" aria-label="Processes">
        <colgroup>
          <col className="c-name" />
          <col />
          <col className="c-short" />
          <col className="c-short" />
          <col className="c-mid" />
          <col className="c-menu" />
        </colgroup>
        <thead className="sr">
          <tr>
            <th scope="col">Process</th>
            <th scope="col">Used by</th>
            <th scope="col">Process id</th>
            <th scope="col">Memory</th>
            <th scope="col">Running for</th>
            <th scope="col">Stop</th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <td className="mono">portolan host</td>
            <td className="t2 el">The one owner of every connection</td>
            <td className="num t2">{host.pid}</td>
            <td className="num">{bytes(host.rssBytes)}</td>
            <td className="num t2">{lasting(host.startedAt, now)}</td>
            <td />
          </tr>
          {(all ? list : list.slice(0, SHOWN)).map((one) => {
            const level = depth(one);
            return (
              <tr key={one.pid}>
                <td className="mono el" style={{ paddingLeft: 4 + level * 14 }}>
                  <span className="t3" aria-hidden>
                    └{' '}
                  </span>
                  {level === 1 ? one.server : <Visible text={cutMiddle(one.command, 40)} />}
                </td>
                <td className="t2 el">
                  {level > 1 ? (
                    <span className="t3">started by {one.parentPid}</span>
                  ) : one.usedBy.length === 0 ? (
                    'No client'
                  ) : (
                    <Visible text={`${one.usedBy.length > 1 ? 'Shared by ' : ''}${one.usedBy.join(', ')}`} />
                  )}
                </td>
                <td className="num t2">{one.pid}</td>
                <td className="num">{bytes(one.rssBytes)}</td>
                <td className="num t2" title={exact(one.startedAt)}>
                  {lasting(one.startedAt, now)}
                </td>
                <td>
                  {level === 1 && (
                    <ActionIcon
                      variant="subtle"
                      color="gray"
                      size={24}
                      aria-label={`Stop ${one.server}, process ${one.pid}`}
                      onClick={() => setStopping(one)}
                    >
                      <IconPlayerStop size={14} />
                    </ActionIcon>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {list.length > SHOWN && (
        <button type="button" className="showall" onClick={() => setAll(!all)}>
          {all ? 'Show fewer' : `Show all ${count(list.length)}`}
        </button>
      )}
      <Confirm
        opened={stopping !== undefined}
        title={`Stop ${stopping?.server ?? ''}?`}
        text={`Process ${stopping?.pid ?? ''} and all below it end.${users === '' ? '' : ` Running calls of ${users} fail; the next call starts it again.`}`}
        verb={`Stop ${stopping?.server ?? ''}`}
        onClose={() => setStopping(undefined)}
        onConfirm={() => stopping && void stop(stopping)}
      />
    </section>
  );
}
