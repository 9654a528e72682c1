// Which client an export is for: those on this computer, the others behind a button, and a search over both.
import { useState } from 'react';
import type { ClientInfo } from '../../../shared/model/import-result.ts';
import { FilterInput } from '../../components/filter-input.tsx';
import { Monogram } from '../../components/monogram.tsx';
import { StateLine } from '../../components/state-line.tsx';
import { useSnapshot } from '../../state/app-context.ts';
import { cutMiddle } from '../../text/cut.ts';
import { counted } from '../../words/numbers.ts';
import { foundClients } from './export-words.ts';

export interface ClientPickerProps {
  readonly clients: readonly ClientInfo[];
  readonly chosen: string | undefined;
  readonly onChoose: (id: string) => void;
}

/** Fewer need no search. */
const MANY = 6;

export function ClientPicker({ clients, chosen, onChoose }: ClientPickerProps) {
  const single = useSnapshot().settings.singleKeyShortcuts;
  const [search, setSearch] = useState('');
  const [open, setOpen] = useState(false);
  const { here, elsewhere } = foundClients(clients, search);
  const all = open || search !== '' || here.length === 0;
  const shown = all ? [...here, ...elsewhere] : here;
  return (
    <section className="card clientpicker" aria-label="Clients">
      {clients.length > MANY && (
        <div className="filterbar">
          <FilterInput
            value={search}
            onChange={setSearch}
            label="Filter clients"
            placeholder="Filter"
            single={single}
          />
        </div>
      )}
      <ul className="plain filelist">
        {shown.map((client) => (
          <li key={client.id}>
            <ClientButton client={client} pressed={client.id === chosen} onChoose={onChoose} />
          </li>
        ))}
      </ul>
      {shown.length === 0 && <div className="cardb t2">Nothing matches.</div>}
      {elsewhere.length > 0 && search === '' && here.length > 0 && (
        <button type="button" className="showall" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? 'Show only found clients' : `Show ${counted(elsewhere.length, 'client')} not found here`}
        </button>
      )}
    </section>
  );
}

function ClientButton({
  client,
  pressed,
  onChoose,
}: {
  readonly client: ClientInfo;
  readonly pressed: boolean;
  readonly onChoose: (id: string) => void;
}) {
  const path = client.files.find((file) => file.scope === 'user')?.path ?? client.files[0]?.path;
  return (
    <button type="button" aria-pressed={pressed} onClick={() => onChoose(client.id)}>
      <Monogram letters={client.monogram} name={client.displayName} />
      <span style={{ minWidth: 0 }}>
        <span className="row">
          <b className="el">{client.displayName}</b>
          {client.running ? (
            <span className="end">
              <StateLine state={{ mark: 'degraded', word: 'Running' }} size={13} />
            </span>
          ) : (
            !client.found && <span className="end xs t3">Not found</span>
          )}
        </span>
        <span className="mono t3 xs el block" title={path}>
          {path === undefined ? 'No file of its own' : cutMiddle(path, 38)}
        </span>
      </span>
    </button>
  );
}
