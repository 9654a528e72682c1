// The table of servers: real rows and headers, one tab stop, arrows or J and K between rows. Of a long one only the rows in
// sight exist.
import { useCallback, useEffect, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import type { ServerEntry } from '../../../shared/model/server-entry.ts';
import type { ServerStatus } from '../../../shared/model/server-status.ts';
import { RowGap } from '../../components/row-gap.tsx';
import { useRowWindow } from '../../components/use-row-window.ts';
import { rememberOpener, takeOpener } from '../../state/focus-memory.ts';
import { useKeys } from '../../state/keys.ts';
import { ServerTableRow } from './server-table-row.tsx';

export interface ServerRow {
  readonly entry: ServerEntry;
  readonly status: ServerStatus;
}

const ROW = 42;
const PAGE = 12;

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
  const open = useCallback(
    (name: string): void => {
      rememberOpener('servers', name);
      navigate(`/servers/${encodeURIComponent(name)}`);
    },
    [navigate],
  );
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
          <RowGap height={shown.before} />
          {rows.slice(shown.from, shown.to).map(({ entry, status }, offset) => {
            const index = shown.from + offset;
            return (
              <ServerTableRow
                key={entry.name}
                entry={entry}
                status={status}
                index={index}
                inTabOrder={index === place}
                onFocus={setCurrent}
                onOpen={open}
              />
            );
          })}
          <RowGap height={shown.after} />
        </tbody>
      </table>
    </div>
  );
}
