// All that is known of one finding: the whole command or address, every place, the secrets by name, the remarks in words.
import { useMediaQuery } from '@mantine/hooks';
import type { ClientInfo } from '../../../shared/model/import-result.ts';
import { Visible } from '../../components/visible.tsx';
import { warningWords } from '../../words/import-warnings.ts';
import type { ImportRow } from './import-words.ts';

export function ImportDetails({ row, clients }: { readonly row: ImportRow; readonly clients: readonly ClientInfo[] }) {
  const narrow = useMediaQuery('(max-width: 959px)');
  const nameOf = (id: string): string => clients.find((client) => client.id === id)?.displayName ?? id;
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
              {nameOf(place.client)}, {place.scope}
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
              Moves to the keychain as <span className="mono">{secret}</span>
            </li>
          ))}
          {row.warnings.map((warning, index) => (
            <li key={index} className="anywhere">
              {warningWords(warning.code)} <span className="mono t3">{warning.code}</span>
            </li>
          ))}
        </ul>
      </td>
    </tr>
  );
}
