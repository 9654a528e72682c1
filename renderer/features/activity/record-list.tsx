// The list of records: a grid of 28 px rows of which only those in view exist, with one tab stop.
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import type { AuditSummary } from '../../../shared/model/audit-record.ts';
import { StateLine } from '../../components/state-line.tsx';
import { Visible } from '../../components/visible.tsx';
import { cutMiddle } from '../../text/cut.ts';
import { KIND_WORDS } from '../../words/kinds.ts';
import { count, took } from '../../words/numbers.ts';
import { recordWord } from '../../words/states.ts';
import { listTime } from '../../words/time.ts';

export interface RecordListProps {
  readonly records: readonly AuditSummary[];
  readonly chosen: string | undefined;
  readonly more: boolean;
  readonly onMore: () => void;
  readonly onChoose: (record: AuditSummary) => void;
  /** Moves the choice by rows; called by arrows and by J and K. */
  readonly onStep: (by: number) => void;
}

const ROW = 28;
const AHEAD = 60;

export function RecordList({ records, chosen, more, onMore, onChoose, onStep }: RecordListProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: records.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 12,
  });
  const items = rows.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (more && last + AHEAD >= records.length) onMore();
  }, [more, last, records.length, onMore]);
  const chosenIndex = records.findIndex((record) => record.id === chosen);
  useEffect(() => {
    if (chosenIndex >= 0) rows.scrollToIndex(chosenIndex);
  }, [chosenIndex, rows]);
  const now = Date.now();
  return (
    <div className="column fill grow" role="grid" aria-label="Records" aria-rowcount={more ? -1 : records.length + 1}>
      <div className="rec rechead" role="row">
        <span role="columnheader">Time</span>
        <span role="columnheader" className="wide">
          Record
        </span>
        <span role="columnheader">Outcome</span>
        <span role="columnheader" className="wide">
          Kind
        </span>
        <span role="columnheader">Client</span>
        <span role="columnheader">Server</span>
        <span role="columnheader">What</span>
        <span role="columnheader" className="num wide">
          Took
        </span>
      </div>
      <div
        className="scroll"
        ref={scroller}
        role="rowgroup"
        onKeyDown={(event) => {
          const by = { ArrowDown: 1, ArrowUp: -1, PageDown: 20, PageUp: -20 }[event.key];
          if (by === undefined) return;
          event.preventDefault();
          onStep(by);
        }}
      >
        <div className="records" role="presentation" style={{ height: rows.getTotalSize() }}>
          {items.map((item) => {
            const record = records[item.index];
            if (!record) return null;
            const selected = record.id === chosen;
            return (
              <div
                className="rec recrow"
                role="row"
                key={record.id}
                aria-rowindex={item.index + 2}
                aria-selected={selected}
                data-record={record.id}
                tabIndex={selected || (chosenIndex === -1 && item.index === 0) ? 0 : -1}
                style={{ transform: `translateY(${item.start}px)` }}
                onClick={() => onChoose(record)}
                onKeyDown={(event) => {
                  if (event.key === 'Enter') onChoose(record);
                }}
              >
                <span role="gridcell" className="mono t2">
                  {listTime(record.at, now)}
                </span>
                <span role="gridcell" className="t3 sm wide">
                  {count(record.seq)}
                </span>
                <span role="gridcell">
                  <StateLine state={recordWord(record)} size={12} quiet />
                </span>
                <span role="gridcell" className="t2 sm wide">
                  {KIND_WORDS[record.kind]}
                </span>
                <span role="gridcell">
                  {record.client === undefined ? (
                    <span className="t3">Portolan</span>
                  ) : (
                    <Visible text={cutMiddle(record.client, 40)} />
                  )}
                </span>
                <span role="gridcell" className="b">
                  {record.server ?? ''}
                </span>
                <span role="gridcell" className="mono t2">
                  <Visible text={cutMiddle(record.what, 120)} />
                </span>
                <span role="gridcell" className="num sm t2 wide">
                  {record.tookMs === undefined ? '—' : took(record.tookMs)}
                </span>
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}
