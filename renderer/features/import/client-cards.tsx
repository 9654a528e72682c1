// The clients found on this computer, one card each, with what was read.
import type { ClientInfo } from '../../../shared/model/import-result.ts';
import { Mark } from '../../components/mark.tsx';
import { Monogram } from '../../components/monogram.tsx';
import { counted } from '../../words/numbers.ts';

export function ClientCards({
  clients,
  unread,
  reading = false,
}: {
  readonly clients: readonly ClientInfo[];
  readonly unread: ReadonlySet<string>;
  /** The files are being looked at now. */
  readonly reading?: boolean;
}) {
  return (
    <ul className="plain clients" aria-label="Clients on this computer">
      {clients.map((client) => {
        const files = client.files.filter((file) => file.exists);
        const entries = files.reduce((sum, file) => sum + (file.entries ?? 0), 0);
        const failed = unread.has(client.id);
        return (
          <li className="card client" key={client.id}>
            <Monogram letters={client.monogram} name={client.displayName} large />
            <span className="grow">
              <b className="el block">{client.displayName}</b>
              <span className="xs t3 el block">
                {failed
                  ? 'A file could not be read'
                  : `${counted(entries, 'entry', 'entries')}, ${counted(files.length, 'file')}`}
              </span>
            </span>
            {reading ? (
              <Mark kind="starting" label="Being read" />
            ) : (
              <Mark kind={failed ? 'degraded' : 'ready'} label={failed ? 'Not all read' : 'Read'} />
            )}
          </li>
        );
      })}
    </ul>
  );
}
