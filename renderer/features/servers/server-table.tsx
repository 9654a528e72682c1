// The table of servers: real rows and headers, one tab stop, arrows or J and K between rows. Of a long one only the rows in
// sight exist.
import { useEffect, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import type { ServerEntry } from '../../../shared/model/server-entry.ts';
import type { ServerStatus } from '../../../shared/model/server-status.ts';
import { RowGap } from '../../components/row-gap.tsx';
import { StateLine } from '../../components/state-line.tsx';
import { TimeAgo } from '../../components/time-ago.tsx';
import { useRowWindow } from '../../components/use-row-window.ts';
import { Visible } from '../../components/visible.tsx';
import { rememberOpener, takeOpener } from '../../state/focus-memory.ts';
import { useKeys } from '../../state/keys.ts';
import { cutMiddle } from '../../text/cut.ts';
import { count } from '../../words/numbers.ts';
import { serverWord } from '../../words/states.ts';
import { transportWord, whereOf } from './draft.ts';
import { ServerMenu } from './server-menu.tsx';

export interface ServerRow {
  readonly entry: ServerEntry;
  readonly status: ServerStatus;
}

const ROW = 42;
const PAGE = 12;
const COLUMNS = 7;

export function ServerTable({ rows, single }: { readonly rows: readonly ServerRow[]; readonly single: boolean }) {
  const [, navigate] = useLocation();
  const scroller = useRef<HTMLDivElement>(null);
  const [current, setCurrent] = useState(0);
  const shown = useRowWindow(rows.length, ROW, scroller);
  const last = rows.length - 1;
  const place = Math.min(current, last);
  const focusRow = (index: number): void => {
    const next = Math.max(0, Math.min(index, last));
    setCurrent(next);
    shown.show(next);
    const focus = (): void => scroller.current?.querySelector<HTMLElement>(`a[data-row="${next}"]`)?.focus();
    if (shown.isLong) requestAnimationFrame(() => requestAnimationFrame(focus));
    else focus();
  };
  const step = (by: number) => (): void => {
    const inside = scroller.current?.contains(document.activeElement) === true;
    focusRow(inside ? place + by : place);
  };
  useKeys(
    {
      j: step(1),
      k: step(-1),
      ArrowDown: step(1),
      ArrowUp: step(-1),
      PageDown: step(PAGE),
      PageUp: step(-PAGE),
      Home: () => focusRow(0),
      End: () => focusRow(last),
    },
    single,
  );
  useEffect(() => {
    const opener = takeOpener('servers');
    const at = rows.findIndex((row) => row.entry.name === opener);
    if (at >= 0) focusRow(at);
  }, []);
  const open = (name: string): void => {
    rememberOpener('servers', name);
    navigate(`/servers/${encodeURIComponent(name)}`);
  };
  return (
    <div className={shown.isLong ? 'longtable' : undefined} ref={scroller}>
      <table className="table" aria-label="Servers" aria-rowcount={rows.length + 1}>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col" className="w-state">
              State
            </th>
            <th scope="col" className="w-short num">
              Tools
            </th>
            <th scope="col" className="w-short num">
              Used by
            </th>
            <th scope="col" className="w-short num hide-narrow">
              Calls today
            </th>
            <th scope="col" className="w-mid num hide-narrow">
              Last call
            </th>
            <th scope="col" className="w-menu">
              <span className="sr">More</span>
            </th>
          </tr>
        </thead>
        <tbody>
          <RowGap height={shown.before} columns={COLUMNS} />
          {rows.slice(shown.from, shown.to).map(({ entry, status }, offset) => {
            const index = shown.from + offset;
            return (
              <tr key={entry.name} aria-rowindex={index + 2} onClick={() => open(entry.name)}>
                <th scope="row">
                  <span className="row" style={{ gap: 6 }}>
                    <a
                      className="rowlink el"
                      style={{ fontSize: 13 }}
                      href={`#/servers/${encodeURIComponent(entry.name)}`}
                      data-row={index}
                      tabIndex={index === place ? 0 : -1}
                      onFocus={() => setCurrent(index)}
                      onClick={(event) => {
                        event.preventDefault();
                        event.stopPropagation();
                        open(entry.name);
                      }}
                    >
                      {entry.name}
                    </a>
                    <span className="chip small">{transportWord(entry.endpoint.type)}</span>
                  </span>
                  <span className="xs t3 el block" style={{ fontWeight: 400 }} title={whereOf(entry)}>
                    <Visible text={cutMiddle(whereOf(entry), 66)} />
                  </span>
                </th>
                <td>
                  <StateLine state={serverWord(status)} />
                </td>
                <td className="num">{status.toolCount === undefined ? '—' : count(status.toolCount)}</td>
                <td className="num">{status.sessions === 0 ? '—' : count(status.sessions)}</td>
                <td className="num hide-narrow">{count(status.callsToday)}</td>
                <td className="num t2 hide-narrow">
                  {status.lastCallAt === undefined ? '—' : <TimeAgo at={status.lastCallAt} />}
                </td>
                <td>
                  <ServerMenu status={status} />
                </td>
              </tr>
            );
          })}
          <RowGap height={shown.after} columns={COLUMNS} />
        </tbody>
      </table>
    </div>
  );
}
