// The list of tools: virtual rows of 36 px, one tab stop, arrows or J and K move and choose.
import { Button } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState } from 'react';
import type { Tool } from '../../../shared/model/tool.ts';
import { Empty } from '../../components/empty.tsx';
import { FilterInput } from '../../components/filter-input.tsx';
import { Visible } from '../../components/visible.tsx';
import { useKeys } from '../../state/keys.ts';
import { cutMiddle } from '../../text/cut.ts';
import { counted } from '../../words/numbers.ts';
import { effectOf } from './tool-words.ts';

export interface ToolListProps {
  readonly tools: readonly Tool[];
  readonly problems: readonly string[];
  readonly chosen: string;
  readonly single: boolean;
  readonly onChoose: (name: string) => void;
}

const ROW = 36;

export function ToolList({ tools, problems, chosen, single, onChoose }: ToolListProps) {
  const [filter, setFilter] = useState('');
  const scroller = useRef<HTMLDivElement>(null);
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = tools.filter((tool) => {
    const text = `${tool.name} ${tool.title ?? ''} ${tool.description ?? ''} ${effectOf(tool)}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const rows = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 8,
  });
  const current = shown.findIndex((tool) => tool.name === chosen);
  // Keys may come faster than the choice is drawn: where they have led to counts, not what is on the screen.
  const ahead = useRef<number | undefined>(undefined);
  useEffect(() => {
    if (ahead.current === current) ahead.current = undefined;
  }, [current]);
  const step = (by: number) => (): void => {
    const to = Math.max(0, Math.min((ahead.current ?? current) + by, shown.length - 1));
    const next = shown[to];
    if (!next) return;
    ahead.current = to;
    onChoose(next.name);
    rows.scrollToIndex(shown.indexOf(next));
    requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>('[aria-selected="true"]')?.focus());
  };
  useKeys({ j: step(1), k: step(-1) }, single);
  return (
    <section className="card column list" aria-label="Tools">
      <div className="filterbar">
        <FilterInput
          value={filter}
          onChange={setFilter}
          label="Filter tools"
          placeholder={`Filter ${counted(tools.length, 'tool')}`}
          single={single}
        />
      </div>
      <div className="toolhead" aria-hidden>
        <span>Tool</span>
        <span>Effect</span>
      </div>
      {shown.length === 0 ? (
        <Empty text="Nothing matches.">
          <Button variant="default" onClick={() => setFilter('')}>
            Clear filter
          </Button>
        </Empty>
      ) : (
        <div className="scroll" ref={scroller}>
          <div role="listbox" aria-label="Tools" style={{ height: rows.getTotalSize(), position: 'relative' }}>
            {rows.getVirtualItems().map((item) => {
              const tool = shown[item.index];
              if (!tool) return null;
              const selected = tool.name === chosen;
              return (
                <button
                  type="button"
                  role="option"
                  aria-selected={selected}
                  aria-setsize={shown.length}
                  aria-posinset={item.index + 1}
                  tabIndex={selected || (current === -1 && item.index === 0) ? 0 : -1}
                  className="toolrow"
                  key={`${item.index} ${tool.name}`}
                  style={{ position: 'absolute', top: item.start, left: 0 }}
                  onClick={() => {
                    ahead.current = undefined;
                    onChoose(tool.name);
                  }}
                  onKeyDown={(event) => {
                    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
                    event.preventDefault();
                    step(event.key === 'ArrowDown' ? 1 : -1)();
                  }}
                >
                  <span className="mono el">
                    <Visible text={cutMiddle(tool.name, 64)} />
                  </span>
                  <span className="sm t2">{effectOf(tool)}</span>
                </button>
              );
            })}
          </div>
        </div>
      )}
      <div
        className="sm t3 cardb none"
        style={{ padding: '8px 12px', borderTop: '1px solid var(--line)', marginTop: 'auto' }}
      >
        {shown.length === tools.length
          ? counted(tools.length, 'tool')
          : `${shown.length} of ${counted(tools.length, 'tool')}`}
        {problems.length > 0 && (
          <div className="mark-degraded anywhere" title={problems.join('\n')}>
            {counted(problems.length, 'tool was', 'tools were')} left out: not readable.
          </div>
        )}
      </div>
    </section>
  );
}
