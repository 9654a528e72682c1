// Clients across, servers down: one cell for each pair, walked by arrow keys with one tab stop. Only what is in sight exists
// when there are more than fifty servers or eight clients.
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useRef, useState } from 'react';
import { Link, useLocation } from 'wouter';
import type { ConnectionCell, ConnectionMatrix } from '../../../shared/model/connection.ts';
import type { ServerEntry } from '../../../shared/model/server-entry.ts';
import type { ServerStatus } from '../../../shared/model/server-status.ts';
import { Mark } from '../../components/mark.tsx';
import { Monogram } from '../../components/monogram.tsx';
import { StateLine } from '../../components/state-line.tsx';
import { Visible } from '../../components/visible.tsx';
import { useNow } from '../../state/use-now.ts';
import { cutMiddle } from '../../text/cut.ts';
import { visibleString } from '../../text/visible-tokens.ts';
import { count, counted, took } from '../../words/numbers.ts';
import { serverWord } from '../../words/states.ts';
import { ago } from '../../words/time.ts';
import { transportWord, whereOf } from '../servers/draft.ts';
import { ServerMenu } from '../servers/server-menu.tsx';
import { cellWords, monogramOf, SLOW_MS } from './cell-words.ts';

export interface MatrixRow {
  readonly status: ServerStatus;
  readonly entry: ServerEntry | undefined;
  readonly facts: ConnectionMatrix['servers'][number] | undefined;
}

const MOST_ROWS = 50;
const MOST_COLUMNS = 8;
const ROW = 42;
const COLUMN = 130;

export interface MatrixProps {
  readonly rows: readonly MatrixRow[];
  readonly clients: ConnectionMatrix['clients'];
  readonly cells: readonly ConnectionCell[];
}

export function Matrix({ rows, clients, cells }: MatrixProps) {
  const [, navigate] = useLocation();
  const scroller = useRef<HTMLDivElement>(null);
  const now = useNow();
  const [place, setPlace] = useState({ row: 0, column: 0 });
  const manyRows = rows.length > MOST_ROWS;
  const manyColumns = clients.length > MOST_COLUMNS;
  const down = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 8,
    enabled: manyRows,
  });
  const across = useVirtualizer({
    horizontal: true,
    count: clients.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => COLUMN,
    overscan: 3,
    enabled: manyColumns,
  });
  const shownRows = span(manyRows, down.getVirtualItems(), rows.length);
  const shownColumns = span(manyColumns, across.getVirtualItems(), clients.length);
  const byPair = new Map(cells.map((cell) => [`${cell.server}\n${cell.client}`, cell]));
  const row = Math.min(place.row, rows.length - 1);
  const column = Math.min(place.column, clients.length - 1);
  const go = (toRow: number, toColumn: number): void => {
    const next = {
      row: Math.max(0, Math.min(rows.length - 1, toRow)),
      column: Math.max(0, Math.min(clients.length - 1, toColumn)),
    };
    setPlace(next);
    if (manyRows) down.scrollToIndex(next.row);
    if (manyColumns) across.scrollToIndex(next.column);
    requestAnimationFrame(() => {
      scroller.current?.querySelector<HTMLElement>(`[data-cell="${next.row},${next.column}"]`)?.focus();
    });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const cell = event.target instanceof HTMLElement ? event.target.closest('[data-cell]') : null;
    if (cell !== event.target) return;
    const by = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    go(row + (by[0] ?? 0), column + (by[1] ?? 0));
  };
  const open = (server: string, client: string): void =>
    navigate(`/connections/${encodeURIComponent(server)}/${encodeURIComponent(client)}`);
  const width = 300 + clients.length * (manyColumns ? COLUMN : 104);
  return (
    <>
      <div className={manyRows ? 'matrixbox tall' : 'matrixbox'} ref={scroller} tabIndex={-1}>
        <table
          className="table matrix"
          role="grid"
          aria-label="Connections"
          aria-rowcount={rows.length + 1}
          aria-colcount={clients.length + 5}
          style={{ minWidth: width }}
          onKeyDown={onKeyDown}
        >
          <thead>
            <tr>
              <th scope="col" className="w-server">
                Server
              </th>
              <th scope="col" className="w-state">
                State
              </th>
              {shownColumns.before > 0 && <td style={{ width: shownColumns.before * COLUMN }} />}
              {clients.slice(shownColumns.from, shownColumns.to).map((client) => (
                <th scope="col" key={client.name} style={manyColumns ? { width: COLUMN } : undefined}>
                  <span className="row" style={{ gap: 6 }}>
                    <span className="hide-narrow" aria-hidden>
                      <Monogram letters={monogramOf(visibleString(client.name))} name="" />
                    </span>
                    <span className="el">
                      <b className="block el" title={visibleString(client.name)}>
                        <Visible text={cutMiddle(client.name, 40)} />
                      </b>
                      <span className="xs t2">{clientWord(client, now)}</span>
                    </span>
                  </span>
                </th>
              ))}
              {shownColumns.after > 0 && <td style={{ width: shownColumns.after * COLUMN }} />}
              <th scope="col" className="w-short num hide-narrow">
                Median
              </th>
              <th scope="col" className="w-short num hide-narrow">
                Calls 24 h
              </th>
              <th scope="col" className="w-menu hide-narrow">
                <span className="sr">More</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {shownRows.before > 0 && <Gap rows={shownRows.before} />}
            {rows.slice(shownRows.from, shownRows.to).map(({ status, entry, facts }, offset) => {
              const at = shownRows.from + offset;
              return (
                <tr key={status.name} aria-rowindex={at + 2}>
                  <th scope="row">
                    <span className="row" style={{ gap: 6 }}>
                      <Link className="rowlink el" href={`/servers/${encodeURIComponent(status.name)}`}>
                        {status.name}
                      </Link>
                      {entry && <span className="chip small hide-narrow">{transportWord(entry.endpoint.type)}</span>}
                    </span>
                    {entry && (
                      <span className="xs t3 el block where" title={whereOf(entry)}>
                        <Visible text={cutMiddle(whereOf(entry), 34)} />
                      </span>
                    )}
                  </th>
                  <td role="gridcell">
                    <StateLine state={serverWord(status)} />
                  </td>
                  {shownColumns.before > 0 && <td />}
                  {clients.slice(shownColumns.from, shownColumns.to).map((client, aside) => {
                    const across = shownColumns.from + aside;
                    const words = cellWords(byPair.get(`${status.name}\n${client.name}`), status, now);
                    return (
                      <td
                        role="gridcell"
                        key={client.name}
                        className="cell"
                        data-cell={`${at},${across}`}
                        tabIndex={at === row && across === column ? 0 : -1}
                        onFocus={() => setPlace({ row: at, column: across })}
                        onClick={() => open(status.name, client.name)}
                        onKeyDown={(event) => {
                          if (event.key === 'Enter') open(status.name, client.name);
                        }}
                      >
                        <span className="sr">
                          {status.name}, {visibleString(client.name)}: {words.spoken}
                        </span>
                        <span className={words.lead === '' ? 'st t2' : 'st'} aria-hidden>
                          {words.mark === undefined ? (
                            <span className="dash" aria-hidden>
                              –
                            </span>
                          ) : (
                            <Mark kind={words.mark} size={13} />
                          )}
                          <span>
                            <span className="hide-narrow">{words.lead}</span>
                            {words.text}
                          </span>
                        </span>
                      </td>
                    );
                  })}
                  {shownColumns.after > 0 && <td />}
                  <td role="gridcell" className="num hide-narrow">
                    <Median ms={facts?.medianMs} />
                  </td>
                  <td role="gridcell" className="num hide-narrow">
                    {count(facts?.calls24h ?? 0)}
                  </td>
                  <td role="gridcell" className="hide-narrow">
                    <ServerMenu status={status} />
                  </td>
                </tr>
              );
            })}
            {shownRows.after > 0 && <Gap rows={shownRows.after} />}
          </tbody>
        </table>
      </div>
      <div className="legend only-narrow xs t2" aria-hidden>
        <Mark kind="ready" size={12} /> live now <Mark kind="idle" size={12} /> last used{' '}
        <Mark kind="degraded" size={12} /> slow or unstable
      </div>
    </>
  );
}

function span(many: boolean, items: readonly { index: number }[], all: number) {
  const from = many ? (items[0]?.index ?? 0) : 0;
  const to = many ? (items.at(-1)?.index ?? -1) + 1 : all;
  return { from, to, before: from, after: all - to };
}

function clientWord(client: ConnectionMatrix['clients'][number], now: number): string {
  if (client.live > 0) return counted(client.live, 'session');
  return client.lastUseAt === undefined ? 'Not running' : ago(client.lastUseAt, now);
}

function Median({ ms }: { readonly ms: number | undefined }) {
  if (ms === undefined) return '—';
  return <span className={ms >= SLOW_MS ? 'b mark-degraded' : undefined}>{took(ms)}</span>;
}

function Gap({ rows }: { readonly rows: number }) {
  return (
    <tr aria-hidden>
      <td style={{ height: rows * ROW, border: 0 }} />
    </tr>
  );
}
