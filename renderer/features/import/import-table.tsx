// What was found, one row per distinct server, with a tick, where it was found and what import does.
import { Button, Checkbox } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconLock } from '@tabler/icons-react';
import { Fragment, useState } from 'react';
import type { ClientInfo, ImportPlan } from '../../../shared/model/import-result.ts';
import { Mark } from '../../components/mark.tsx';
import { Monogram } from '../../components/monogram.tsx';
import { Visible } from '../../components/visible.tsx';
import { cutMiddle } from '../../text/cut.ts';
import { visibleString } from '../../text/visible-tokens.ts';
import { transportWord } from '../servers/draft.ts';
import { canImport, comparedWords, effectWords, type ImportRow } from './import-words.ts';

export interface ImportTableProps {
  readonly plan: ImportPlan;
  readonly clients: readonly ClientInfo[];
  readonly chosen: ReadonlySet<string>;
  readonly onChoose: (keys: ReadonlySet<string>) => void;
}

export function ImportTable({ plan, clients, chosen, onChoose }: ImportTableProps) {
  const [open, setOpen] = useState<string>();
  const possible = plan.rows.filter(canImport);
  const all = possible.length > 0 && possible.every((row) => chosen.has(row.key));
  const toggle = (key: string): void => {
    const next = new Set(chosen);
    if (!next.delete(key)) next.add(key);
    onChoose(next);
  };
  return (
    <section className="card" aria-label="Servers found">
      <table className="table import" aria-label="Servers found">
        <thead>
          <tr>
            <th scope="col" className="w-tick">
              <Checkbox
                aria-label="All servers"
                checked={all}
                indeterminate={!all && chosen.size > 0}
                disabled={possible.length === 0}
                onChange={() => onChoose(all ? new Set() : new Set(possible.map((row) => row.key)))}
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
          {plan.rows.map((row) => (
            <Fragment key={row.key}>
              <tr>
                <td>
                  <Checkbox
                    aria-label={`Import ${row.name}`}
                    checked={chosen.has(row.key)}
                    disabled={!canImport(row)}
                    onChange={() => toggle(row.key)}
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
                    {[...new Set(row.foundIn.map((place) => place.client))].slice(0, 5).map((id) => (
                      <ClientMark key={id} id={id} clients={clients} />
                    ))}
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
                    aria-expanded={open === row.key}
                    aria-label={`${open === row.key ? 'Hide' : 'Show'} ${row.name}`}
                    onClick={() => setOpen(open === row.key ? undefined : row.key)}
                  >
                    {open === row.key ? 'Hide' : 'Show'}
                  </Button>
                </td>
              </tr>
              {open === row.key && <Details row={row} />}
            </Fragment>
          ))}
        </tbody>
      </table>
    </section>
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
    ) : row.secrets.length > 0 && row.action === 'add' ? (
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

function Details({ row }: { readonly row: ImportRow }) {
  const narrow = useMediaQuery('(max-width: 959px)');
  return (
    <tr>
      <td />
      <td colSpan={narrow ? 4 : 5} style={{ padding: '8px 12px 12px 0' }}>
        <div className="mono anywhere">
          <Visible text={row.where} />
        </div>
        <ul className="plain sm t2" style={{ marginTop: 6 }}>
          {row.foundIn.map((place, index) => (
            <li key={index} className="anywhere">
              {place.client}, {place.scope}
              {place.path === undefined ? '' : `: ${place.path}`}
            </li>
          ))}
          {row.note !== undefined && (
            <li className="anywhere">
              <Visible text={row.note} />
            </li>
          )}
          {row.secrets.map((secret) => (
            <li key={secret}>
              Keychain: <span className="mono">{secret}</span>
            </li>
          ))}
          {row.warnings.map((warning, index) => (
            <li key={index} className="mono">
              {warning.code} {warning.path ?? ''}
            </li>
          ))}
        </ul>
      </td>
    </tr>
  );
}
