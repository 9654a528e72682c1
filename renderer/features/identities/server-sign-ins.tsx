// The remote servers and how each is signed in: by which way, with which rights, until when.
import { Link } from 'wouter';
import type { IdentityStatus, ServerSignIn } from '../../../shared/model/identity.ts';
import { Card } from '../../components/card.tsx';
import { Mark } from '../../components/mark.tsx';
import { Visible } from '../../components/visible.tsx';
import { useNow } from '../../state/use-now.ts';
import { cutMiddle } from '../../text/cut.ts';
import { serverSignInWord, wayWord } from '../../words/sign-ins.ts';
import { exact } from '../../words/time.ts';

export function ServerSignIns({
  statuses,
  identities,
}: {
  readonly statuses: readonly ServerSignIn[];
  readonly identities: readonly IdentityStatus[];
}) {
  const now = useNow();
  const rows = [...statuses].sort((a, b) => a.server.localeCompare(b.server));
  return (
    <Card title="Servers and how they are signed in">
      <table className="table" aria-label="Servers and how they are signed in">
        <thead>
          <tr>
            <th scope="col">Server</th>
            <th scope="col">Way</th>
            <th scope="col">Rights</th>
            <th scope="col" className="w-mark">
              Valid
            </th>
            <th scope="col" className="w-short">
              <span className="sr">Check</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((status) => {
            const { mark, word } = serverSignInWord(status, now);
            const page = `/servers/${encodeURIComponent(status.server)}/sign-in`;
            return (
              <tr key={status.server}>
                <th scope="row">
                  <span className="row" style={{ gap: 6 }}>
                    <span className={`mark-${mark} row none`}>
                      <Mark kind={mark} size={13} />
                    </span>
                    <Link className="rowlink el" href={page}>
                      {status.server}
                    </Link>
                  </span>
                </th>
                <td className="t2">
                  <span className="el block">{wayWord(status, identities)}</span>
                </td>
                <td>
                  <span className="el block mono t2" title={status.scopes.join(' ')}>
                    {status.scopes.length === 0 ? '—' : <Visible text={cutMiddle(status.scopes.join(', '), 60)} />}
                  </span>
                </td>
                <td title={status.expiresAt === undefined ? undefined : exact(status.expiresAt)}>
                  <span className={mark === 'ready' || mark === 'idle' ? 't2' : `mark-${mark}`}>{word}</span>
                </td>
                <td className="num">
                  <Link href={page} aria-label={`Check ${status.server}`}>
                    Check
                  </Link>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Card>
  );
}
