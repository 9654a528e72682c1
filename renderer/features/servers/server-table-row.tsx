// One server of the list. It is drawn again only when something of its own changes: a long list scrolls past in frames.
import { memo } from 'react';
import type { ServerEntry } from '../../../shared/model/server-entry.ts';
import type { ServerStatus } from '../../../shared/model/server-status.ts';
import { StateLine } from '../../components/state-line.tsx';
import { TimeAgo } from '../../components/time-ago.tsx';
import { Visible } from '../../components/visible.tsx';
import { cutMiddle } from '../../text/cut.ts';
import { count } from '../../words/numbers.ts';
import { serverWord } from '../../words/states.ts';
import { transportWord, whereOf } from './draft.ts';
import { ServerMenu } from './server-menu.tsx';

export interface ServerTableRowProps {
  readonly entry: ServerEntry;
  readonly status: ServerStatus;
  /** Place in the list, from 0. */
  readonly index: number;
  /** Tab leads to this row of the list. */
  readonly inTabOrder: boolean;
  readonly onFocus: (index: number) => void;
  readonly onOpen: (name: string) => void;
}

export const ServerTableRow = memo(function ServerTableRow(props: ServerTableRowProps) {
  const { entry, status, index, inTabOrder, onFocus, onOpen } = props;
  const { name } = entry;
  return (
    <tr aria-rowindex={index + 2} onClick={() => onOpen(name)}>
      <th scope="row">
        <span className="row" style={{ gap: 6 }}>
          <a
            className="rowlink el"
            style={{ fontSize: 13 }}
            href={`#/servers/${encodeURIComponent(name)}`}
            data-row={index}
            tabIndex={inTabOrder ? 0 : -1}
            onFocus={() => onFocus(index)}
            onClick={(event) => {
              event.preventDefault();
              event.stopPropagation();
              onOpen(name);
            }}
          >
            {name}
          </a>
          <span className="chip small">{transportWord(entry.endpoint.type)}</span>
        </span>
        <span className="xs t3 el block" style={{ fontWeight: 400 }} title={whereOf(entry)}>
          <Visible text={cutMiddle(whereOf(entry), 66)} />
        </span>
      </th>
      <td>
        <StateLine state={serverWord(status)} />
      </td>
      <td className="num">{status.toolCount === undefined ? '—' : count(status.toolCount)}</td>
      <td className="num">{status.sessions === 0 ? '—' : count(status.sessions)}</td>
      <td className="num hide-narrow">{count(status.callsToday)}</td>
      <td className="num t2 hide-narrow">
        {status.lastCallAt === undefined ? '—' : <TimeAgo at={status.lastCallAt} />}
      </td>
      <td>
        <ServerMenu status={status} />
      </td>
    </tr>
  );
});
