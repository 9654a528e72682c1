// One finding of an import: its tick, name, where it was found, and what import does with it.
import { Button, Checkbox } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import type { ClientInfo } from '../../../shared/model/import-result.ts';
import { Mark } from '../../components/mark.tsx';
import { Monogram } from '../../components/monogram.tsx';
import { Visible } from '../../components/visible.tsx';
import { cutMiddle } from '../../text/cut.ts';
import { visibleString } from '../../text/visible-tokens.ts';
import { transportWord } from '../servers/draft.ts';
import { canImport, comparedWords, effectWords, type ImportRow } from './import-words.ts';

export interface ImportTableRowProps {
  readonly row: ImportRow;
  /** Place in the list, from 0. */
  readonly index: number;
  readonly clients: readonly ClientInfo[];
  readonly checked: boolean;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
  readonly onOpen: () => void;
}

const MOST_MARKS = 5;

export function ImportTableRow({ row, index, clients, checked, isOpen, onToggle, onOpen }: ImportTableRowProps) {
  const found = [...new Set(row.foundIn.map((place) => place.client))];
  return (
    <tr aria-rowindex={index + 2}>
      <td>
        <Checkbox
          aria-label={`Import ${row.name}`}
          data-row={index}
          checked={checked}
          disabled={!canImport(row)}
          onChange={onToggle}
        />
      </td>
      <td>
        <b className={canImport(row) ? 'el block' : 'el block t2'} style={{ fontSize: 13 }}>
          <Visible text={row.name} />
        </b>
        <span className="xs t3 el block" title={row.where}>
          {transportWord(row.transport)} · <Visible text={cutMiddle(row.where, 70)} />
        </span>
      </td>
      <td>
        <span className="row" style={{ gap: 4 }}>
          {found.slice(0, MOST_MARKS).map((id) => (
            <ClientMark key={id} id={id} clients={clients} />
          ))}
          {found.length > MOST_MARKS && <span className="xs t3">+{found.length - MOST_MARKS}</span>}
        </span>
      </td>
      <td className="t2 sm hide-narrow">{comparedWords(row)}</td>
      <td>
        <Effect row={row} />
      </td>
      <td>
        <Button
          variant="subtle"
          size="compact-sm"
          aria-expanded={isOpen}
          aria-label={`${isOpen ? 'Hide' : 'Show'} ${row.name}`}
          onClick={onOpen}
        >
          {isOpen ? 'Hide' : 'Show'}
        </Button>
      </td>
    </tr>
  );
}

function ClientMark({ id, clients }: { readonly id: string; readonly clients: readonly ClientInfo[] }) {
  const info = clients.find((client) => client.id === id);
  return <Monogram letters={info?.monogram ?? id.slice(0, 2)} name={info?.displayName ?? id} />;
}

function Effect({ row }: { readonly row: ImportRow }) {
  const words = effectWords(row);
  const icon =
    row.action === 'skip' ? (
      <Mark kind="blocked" size={13} />
    ) : row.action === 'clash' ? (
      <Mark kind="degraded" size={13} />
    ) : row.secrets.length > 0 && canImport(row) ? (
      <IconLock size={13} className="none" aria-hidden />
    ) : null;
  return (
    <span className={canImport(row) ? 'row sm' : 'row sm t2'} style={{ gap: 6 }}>
      {icon}
      <span className="el" title={visibleString(words)}>
        <Visible text={words} />
      </span>
    </span>
  );
}
