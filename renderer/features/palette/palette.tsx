// The command palette: one box that finds what needs you, servers, tools, places, commands and records.
import { Spotlight } from '@mantine/spotlight';
import { IconChevronRight, IconCornerDownLeft, IconPlayerPlay, IconSearch } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import { Mark } from '../../components/mark.tsx';
import { cutEnd } from '../../text/cut.ts';
import { count } from '../../words/numbers.ts';
import { focusAfterPalette, paletteStore, selectFirst } from './open-palette.ts';
import { findItems, markedParts, type PaletteItem, recordNumber } from './palette-items.ts';
import { usePaletteItems } from './use-palette-items.ts';

export function Palette({ onHelp }: { readonly onHelp: () => void }) {
  const [query, setQuery] = useState('');
  return (
    <Spotlight.Root
      store={paletteStore}
      shortcut={null}
      query={query}
      onQueryChange={setQuery}
      size={620}
      yOffset={104}
      lockScroll={false}
      returnFocus={false}
      onSpotlightClose={() => requestAnimationFrame(focusAfterPalette)}
      radius={10}
      overlayProps={{ color: 'var(--scrim)', backgroundOpacity: 1, blur: 0, style: { background: 'var(--scrim)' } }}
      transitionProps={{ duration: 120, transition: 'fade' }}
      classNames={{ content: 'palette' }}
      attributes={{ content: { 'aria-label': 'Command palette' } }}
    >
      <PaletteBody query={query} onHelp={onHelp} />
    </Spotlight.Root>
  );
}

function PaletteBody({ query, onHelp }: { readonly query: string; readonly onHelp: () => void }) {
  const [, navigate] = useLocation();
  const items = usePaletteItems(onHelp);
  const number = recordNumber(query);
  const record: PaletteItem[] =
    number === undefined
      ? []
      : [
          {
            id: 'record',
            group: 'Records',
            text: `Record ${count(number)}`,
            run: () => navigate(`/activity/${number}`),
          },
        ];
  const groups = number === undefined ? findItems(items, query) : [{ group: 'Records' as const, items: record }];
  useSelectFirst(query);
  return (
    <>
      <Spotlight.Search
        placeholder="Search or run"
        aria-label="Search or run"
        autoFocus
        leftSection={<IconSearch size={17} stroke={1.8} />}
        rightSection={<span className="k">Esc</span>}
        rightSectionWidth={52}
      />
      <Spotlight.ActionsList>
        {groups.map(({ group, items: found }) => (
          <Spotlight.ActionsGroup label={group} key={group}>
            {found.map((item) => (
              <Spotlight.Action key={item.id} onClick={item.run}>
                <Row item={item} query={query} />
              </Spotlight.Action>
            ))}
          </Spotlight.ActionsGroup>
        ))}
        {groups.length === 0 && <Spotlight.Empty>Nothing matches.</Spotlight.Empty>}
      </Spotlight.ActionsList>
      <div className="palettefoot">
        <span className="k">↑</span>
        <span className="k">↓</span> move
        <span className="k">Enter</span> run
        <span className="end">&gt; commands @ servers # records</span>
      </div>
    </>
  );
}

/** The first hit is always preselected, whatever was typed. */
function useSelectFirst(query: string): void {
  useEffect(() => {
    const frame = requestAnimationFrame(() => selectFirst(document.querySelector('.palette') ?? document));
    return () => cancelAnimationFrame(frame);
  }, [query]);
}

function Row({ item, query }: { readonly item: PaletteItem; readonly query: string }) {
  return (
    <span className="row grow">
      {item.mark ? <Mark kind={item.mark} /> : <Icon item={item} />}
      <span className={item.mono ? 'what mono none' : 'what none'}>
        {markedParts(item.text, query).map((part, index) => (
          <span className={part.hit ? 'hit' : undefined} key={index}>
            {part.text}
          </span>
        ))}
      </span>
      {item.detail !== undefined && <span className="el sm">{cutEnd(item.detail, 90)}</span>}
      {item.keys !== undefined && <span className="k end">{item.keys}</span>}
    </span>
  );
}

function Icon({ item }: { readonly item: PaletteItem }) {
  if (item.group === 'Tools') return <IconPlayerPlay size={14} aria-hidden className="none" />;
  if (item.group === 'Commands') return <IconChevronRight size={14} aria-hidden className="none" />;
  return <IconCornerDownLeft size={14} aria-hidden className="none" />;
}
