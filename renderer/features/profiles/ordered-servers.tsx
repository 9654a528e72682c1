// Which servers belong to a profile, and in which order their tools are listed.
import { ActionIcon, Select } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { Card } from '../../components/card.tsx';
import { announce } from '../../state/announce.ts';
import { counted } from '../../words/numbers.ts';

export interface OrderedServersProps {
  readonly chosen: readonly string[];
  /** Names in the catalog. */
  readonly known: readonly string[];
  readonly onChange: (servers: string[]) => void;
}

/** A longer list is searched by typing. */
const MOST_OPTIONS = 200;

export function OrderedServers({ chosen, known, onChange }: OrderedServersProps) {
  const [query, setQuery] = useState('');
  const left = known.filter((name) => !chosen.includes(name));
  const move = (at: number, by: number): void => {
    const next = [...chosen];
    const [moved] = next.splice(at, 1);
    if (moved === undefined) return;
    next.splice(at + by, 0, moved);
    onChange(next);
    announce(`${moved} is number ${at + by + 1}`);
  };
  return (
    <Card title="Servers" right={counted(chosen.length, 'server')}>
      {chosen.length === 0 && <div className="cardb t2">No server is chosen yet.</div>}
      <ol className="plain lines">
        {chosen.map((name, at) => (
          <li key={name}>
            <span className="t3 num" style={{ width: 18 }}>
              {at + 1}
            </span>
            <span className="grow el">
              <b>{name}</b> {!known.includes(name) && <span className="mark-degraded sm">not in the catalog</span>}
            </span>
            <ActionIcon
              variant="subtle"
              color="gray"
              size={26}
              aria-label={`Move ${name} up`}
              disabled={at === 0}
              onClick={() => move(at, -1)}
            >
              <IconArrowUp size={15} />
            </ActionIcon>
            <ActionIcon
              variant="subtle"
              color="gray"
              size={26}
              aria-label={`Move ${name} down`}
              disabled={at === chosen.length - 1}
              onClick={() => move(at, 1)}
            >
              <IconArrowDown size={15} />
            </ActionIcon>
            <ActionIcon
              variant="subtle"
              color="gray"
              size={26}
              aria-label={`Leave out ${name}`}
              onClick={() => onChange(chosen.filter((held) => held !== name))}
            >
              <IconX size={15} />
            </ActionIcon>
          </li>
        ))}
      </ol>
      {left.length > 0 && (
        <div className="cardb topline">
          <Select
            aria-label="Add a server"
            placeholder="Add a server"
            searchable
            searchValue={query}
            onSearchChange={setQuery}
            value={null}
            data={left}
            limit={MOST_OPTIONS}
            onChange={(name) => {
              if (name !== null) onChange([...chosen, name]);
              setQuery('');
            }}
          />
        </div>
      )}
    </Card>
  );
}
