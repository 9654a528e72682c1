// Servers and profiles down, clients across, a box for each pair. One tab stop, walked by arrow keys; space or Enter ticks. Only
// rows in sight exist when there are more than fifty.
import { Checkbox } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useRef, useState } from 'react';
import type { SyncMatrix as Matrix } from '../../../shared/model/client-sync.ts';
import { Mark } from '../../components/mark.tsx';
import { Monogram } from '../../components/monogram.tsx';
import { cutMiddle } from '../../text/cut.ts';
import { boxOf, type Cell, cellKey, cellWord, type SyncRow, type Ticks } from './sync-changes.ts';

const MOST_ROWS = 50;
const ROW = 42;

export interface SyncMatrixProps {
  readonly rows: readonly SyncRow[];
  readonly matrix: Matrix;
  readonly ticks: Ticks;
  readonly onPress: (cell: Cell | undefined, key: string) => void;
}

export function SyncMatrix({ rows, matrix, ticks, onPress }: SyncMatrixProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState({ row: 0, column: 0 });
  const many = rows.length > MOST_ROWS;
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 8,
    enabled: many,
  });
  const items = virtual.getVirtualItems();
  const from = many ? (items[0]?.index ?? 0) : 0;
  const to = many ? (items.at(-1)?.index ?? -1) + 1 : rows.length;
  const { clients } = matrix;
  const cells = new Map(matrix.cells.map((cell) => [cellKey(cell.client, cell.target), cell]));
  const onKeyDown = (event: KeyboardEvent): void => {
    const by = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const next = {
      row: Math.max(0, Math.min(rows.length - 1, place.row + (by[0] ?? 0))),
      column: Math.max(0, Math.min(clients.length - 1, place.column + (by[1] ?? 0))),
    };
    setPlace(next);
    if (many) virtual.scrollToIndex(next.row);
    requestAnimationFrame(() => {
      scroller.current?.querySelector<HTMLElement>(`[data-box="${next.row},${next.column}"]`)?.focus();
    });
  };
  return (
    <div className={many ? 'matrixbox tall' : 'matrixbox'} ref={scroller} tabIndex={-1}>
      <table
        className="table matrix sync"
        aria-label="Servers in clients"
        aria-rowcount={rows.length + 1}
        style={{ minWidth: 220 + clients.length * 116 }}
        onKeyDown={onKeyDown}
      >
        <thead>
          <tr>
            <th scope="col" className="w-server">
              Server
            </th>
            {clients.map((client) => (
              <th scope="col" key={client.id} title={client.path}>
                <span className="row" style={{ gap: 6 }}>
                  <span className="hide-narrow" aria-hidden>
                    <Monogram letters={client.monogram} name="" />
                  </span>
                  <span className="el">
                    <b className="block el">{client.displayName}</b>
                    <span className="xs t2">
                      {client.problem !== undefined ? client.problem.code : client.running ? 'Running' : 'Not running'}
                    </span>
                  </span>
                </span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {from > 0 && <Gap rows={from} />}
          {rows.slice(from, to).map((row, offset) => (
            <tr key={row.target} aria-rowindex={from + offset + 2}>
              <th scope="row">
                <span className="row" style={{ gap: 6 }}>
                  <span className="el mono" title={row.name}>
                    {cutMiddle(row.name, 34)}
                  </span>
                  {row.isProfile && <span className="chip small">Profile</span>}
                </span>
              </th>
              {clients.map((client, column) => {
                const key = cellKey(client.id, row.target);
                const cell = cells.get(key);
                const tick = ticks.get(key);
                const { checked, half } = boxOf(cell, tick);
                const word = cellWord(cell, tick);
                const at = from + offset;
                return (
                  <td key={client.id}>
                    <span className="row" style={{ gap: 7 }}>
                      <Checkbox
                        size="xs"
                        aria-label={`${row.name}, ${client.displayName}${word === '' ? '' : `: ${word}`}`}
                        checked={checked}
                        indeterminate={half}
                        disabled={client.problem !== undefined}
                        data-box={`${at},${column}`}
                        tabIndex={at === place.row && column === place.column ? 0 : -1}
                        onFocus={() => setPlace({ row: at, column })}
                        onKeyDown={(event) => {
                          if (event.key === 'Enter') onPress(cell, key);
                        }}
                        onChange={() => onPress(cell, key)}
                      />
                      <span className={tick === undefined ? 'row xs t2' : 'row xs b'} style={{ gap: 4 }} aria-hidden>
                        {cell?.state === 'changed' && tick === undefined && <Mark kind="degraded" size={11} />}
                        {word}
                      </span>
                    </span>
                  </td>
                );
              })}
            </tr>
          ))}
          {to < rows.length && <Gap rows={rows.length - to} />}
        </tbody>
      </table>
    </div>
  );
}

function Gap({ rows }: { readonly rows: number }) {
  return (
    <tr aria-hidden>
      <td style={{ height: rows * ROW, border: 0 }} />
    </tr>
  );
}
