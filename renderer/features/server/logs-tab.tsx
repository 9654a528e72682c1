// The log of a server as it comes: virtual lines, a source filter, and a tail that lets go when you scroll up.
import { Button, SegmentedControl } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState } from 'react';
import type { LogLine } from '../../../shared/model/server-status.ts';
import { CopyButton } from '../../components/copy-button.tsx';
import { Empty } from '../../components/empty.tsx';
import { Reason } from '../../components/reason.tsx';
import { Visible } from '../../components/visible.tsx';
import { cutEnd } from '../../text/cut.ts';
import { visibleString } from '../../text/visible-tokens.ts';
import { counted } from '../../words/numbers.ts';
import { clockTime, exact } from '../../words/time.ts';
import { useLogs } from './use-logs.ts';

const SOURCES: Readonly<Record<LogLine['source'], string>> = {
  stderr: 'stderr',
  'stdout-noise': 'stdout noise',
  portolan: 'Portolan',
  server: 'message',
};

export function LogsTab({ name }: { readonly name: string }) {
  const { lines, fault, retry } = useLogs(name);
  const [source, setSource] = useState('all');
  const [following, setFollowing] = useState(true);
  const scroller = useRef<HTMLDivElement>(null);
  const shown = source === 'all' ? lines : lines.filter((line) => line.source === source);
  const rows = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 20,
    getItemKey: (index) => shown[index]?.seq ?? index,
    overscan: 20,
  });
  const lastTop = useRef(0);
  const size = rows.getTotalSize();
  useEffect(() => {
    if (following && shown.length > 0) rows.scrollToIndex(shown.length - 1, { align: 'end' });
  }, [following, shown.length, size, rows]);
  // Measuring moves the end away; only scrolling up is a person's wish to stop following.
  const onScroll = (box: HTMLElement): void => {
    const atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 24;
    if (atEnd) setFollowing(true);
    else if (box.scrollTop < lastTop.current - 4) setFollowing(false);
    lastTop.current = box.scrollTop;
  };
  return (
    <div className="body fixed">
      <section className="card column fill" aria-label="Log">
        <div className="cardh" style={{ minHeight: 42 }}>
          <SegmentedControl
            aria-label="Source"
            value={source}
            onChange={setSource}
            data={[
              { value: 'all', label: 'All' },
              ...Object.entries(SOURCES).map(([value, label]) => ({ value, label })),
            ]}
          />
          <span className="r">
            <span className="hide-narrow">Text from {name}, shown as received</span>
            <CopyButton
              label="Copy log"
              text={shown.map((line) => `${line.at} ${line.source} ${visibleString(line.text)}`).join('\n')}
            />
          </span>
        </div>
        {fault && (
          <div className="cardb">
            <Reason fault={fault} action={{ label: 'Try again', run: retry }} />
          </div>
        )}
        {shown.length === 0 ? (
          <Empty
            text={lines.length === 0 ? 'No lines yet. They appear here as the server writes them.' : 'Nothing matches.'}
          >
            {lines.length > 0 && (
              <Button variant="default" onClick={() => setSource('all')}>
                Clear filter
              </Button>
            )}
          </Empty>
        ) : (
          <div
            className="scroll log"
            ref={scroller}
            tabIndex={0}
            role="log"
            aria-live="off"
            aria-label={`Log of ${name}`}
            onScroll={(event) => onScroll(event.currentTarget)}
          >
            <div style={{ height: size, position: 'relative' }}>
              {rows.getVirtualItems().map((item) => {
                const line = shown[item.index];
                if (!line) return null;
                return (
                  <div
                    className="logline mono"
                    key={item.key}
                    data-index={item.index}
                    ref={rows.measureElement}
                    style={{ transform: `translateY(${item.start}px)` }}
                  >
                    <time className="t3" dateTime={line.at} title={exact(line.at)}>
                      {clockTime(line.at)}
                    </time>
                    <span className="t3">{SOURCES[line.source]}</span>
                    <span className="said">
                      <Visible text={cutEnd(line.text, 2000)} />
                    </span>
                  </div>
                );
              })}
            </div>
          </div>
        )}
        <div className="panelfoot sm t3">
          {counted(shown.length, 'line')}
          {following ? ', following' : ''}
          {!following && (
            <Button className="end" variant="subtle" size="compact-xs" onClick={() => setFollowing(true)}>
              Follow again
            </Button>
          )}
        </div>
      </section>
    </div>
  );
}
