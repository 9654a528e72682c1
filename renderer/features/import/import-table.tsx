// What was found, one row per distinct server, with a tick, where it was found and what import does.
import { Checkbox } from '@mantine/core';
import { type KeyboardEvent, Fragment, useRef, useState } from 'react';
import type { ClientInfo } from '../../../shared/model/import-result.ts';
import { RowGap } from '../../components/row-gap.tsx';
import { useRowWindow } from '../../components/use-row-window.ts';
import { ImportDetails } from './import-details.tsx';
import { ImportTableRow } from './import-table-row.tsx';
import { canImport, type ImportRow } from './import-words.ts';

export interface ImportTableProps {
  readonly rows: readonly ImportRow[];
  readonly clients: readonly ClientInfo[];
  readonly chosen: ReadonlySet<string>;
  readonly onChoose: (keys: ReadonlySet<string>) => void;
}

const ROW = 44;

export function ImportTable({ rows, clients, chosen, onChoose }: ImportTableProps) {
  const [open, setOpen] = useState<string>();
  const scroller = useRef<HTMLDivElement>(null);
  const shown = useRowWindow(rows.length, ROW, scroller);
  const possible = rows.filter(canImport);
  const ticked = possible.filter((row) => chosen.has(row.key)).length;
  const all = possible.length > 0 && ticked === possible.length;
  const toggle = (key: string): void => {
    const next = new Set(chosen);
    if (!next.delete(key)) next.add(key);
    onChoose(next);
  };
  const toggleAll = (): void => {
    const next = new Set(chosen);
    for (const { key } of possible) {
      if (all) next.delete(key);
      else next.add(key);
    }
    onChoose(next);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const by = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[event.key];
    const from = event.target instanceof HTMLInputElement ? Number(event.target.dataset['row'] ?? -1) : -1;
    if (by === undefined || from < 0) return;
    event.preventDefault();
    const next = Math.max(0, Math.min(rows.length - 1, from + by));
    shown.show(next);
    const focus = (): void => scroller.current?.querySelector<HTMLElement>(`input[data-row="${next}"]`)?.focus();
    if (shown.isLong) requestAnimationFrame(() => requestAnimationFrame(focus));
    else focus();
  };
  return (
    <section className="card" aria-label="Servers found">
      <div className={shown.isLong ? 'longtable imports' : undefined} ref={scroller} onKeyDown={onKeyDown}>
        <table className="table import" aria-label="Servers found" aria-rowcount={rows.length + 1}>
          <thead>
            <tr>
              <th scope="col" className="w-tick">
                <Checkbox
                  aria-label={`All ${possible.length} servers that can be imported`}
                  checked={all}
                  indeterminate={!all && ticked > 0}
                  disabled={possible.length === 0}
                  onChange={toggleAll}
                />
              </th>
              <th scope="col">Server</th>
              <th scope="col" className="w-mark">
                Found in
              </th>
              <th scope="col" className="w-mid hide-narrow">
                Compared
              </th>
              <th scope="col" style={{ width: '32%' }}>
                What import does
              </th>
              <th scope="col" style={{ width: 64 }}>
                <span className="sr">Details</span>
              </th>
            </tr>
          </thead>
          <tbody>
            <RowGap height={shown.before} />
            {rows.slice(shown.from, shown.to).map((row, offset) => (
              <Fragment key={row.key}>
                <ImportTableRow
                  row={row}
                  index={shown.from + offset}
                  clients={clients}
                  checked={chosen.has(row.key)}
                  isOpen={open === row.key}
                  onToggle={() => toggle(row.key)}
                  onOpen={() => setOpen(open === row.key ? undefined : row.key)}
                />
                {open === row.key && <ImportDetails row={row} clients={clients} />}
              </Fragment>
            ))}
            <RowGap height={shown.after} />
          </tbody>
        </table>
      </div>
    </section>
  );
}
