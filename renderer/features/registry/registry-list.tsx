// The servers of a registry: rows of which only those in view exist, with one tab stop.
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState } from 'react';
import type { RegistryHit } from '../../../shared/model/registry.ts';
import { Visible } from '../../components/visible.tsx';
import { cutEnd } from '../../text/cut.ts';

const ROW = 52;
const AHEAD = 20;

export interface RegistryListProps {
  readonly servers: readonly RegistryHit[];
  readonly more: boolean;
  readonly onMore: () => void;
  readonly onOpen: (server: string) => void;
}

export function RegistryList({ servers, more, onMore, onOpen }: RegistryListProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const [current, setCurrent] = useState(0);
  const rows = useVirtualizer({
    count: servers.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 8,
  });
  const items = rows.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (more && last + AHEAD >= servers.length) onMore();
  }, [more, last, servers.length, onMore]);
  const step = (by: number): void => {
    const next = Math.min(Math.max(current + by, 0), servers.length - 1);
    setCurrent(next);
    rows.scrollToIndex(next);
    requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>(`[data-row="${next}"]`)?.focus());
  };
  return (
    <div
      className="scroll"
      ref={scroller}
      role="listbox"
      aria-label="Servers"
      onKeyDown={(event) => {
        const by = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[event.key];
        if (by === undefined) return;
        event.preventDefault();
        step(by);
      }}
    >
      <div className="records" role="presentation" style={{ height: rows.getTotalSize() }}>
        {items.map((item) => {
          const server = servers[item.index];
          if (!server) return null;
          return (
            <div
              className="regrow"
              role="option"
              key={`${server.name} ${item.index}`}
              data-row={item.index}
              aria-selected={item.index === current}
              aria-setsize={more ? -1 : servers.length}
              aria-posinset={item.index + 1}
              tabIndex={item.index === current ? 0 : -1}
              style={{ transform: `translateY(${item.start}px)` }}
              onClick={() => onOpen(server.name)}
              onFocus={() => setCurrent(item.index)}
              onKeyDown={(event) => {
                if (event.key === 'Enter') onOpen(server.name);
              }}
            >
              <span className="el block">
                <b className="mono">
                  <Visible text={server.name} />
                </b>{' '}
                <span className="t2 sm">
                  <Visible text={server.version} />
                </span>{' '}
                {server.status !== 'active' && <span className="chip">{server.status}</span>}{' '}
                <span className="t2 sm wide">{server.kinds.join(', ')}</span>
              </span>
              <span className="el block t2 sm">
                <Visible text={cutEnd(server.description, 300)} />
              </span>
            </div>
          );
        })}
      </div>
    </div>
  );
}
