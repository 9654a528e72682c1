// What a server is and how it does: state and facts, checks, and the sessions that use it.
import type { ServerEntry } from '../../../shared/model/server-entry.ts';
import type { ServerStatus, Session } from '../../../shared/model/server-status.ts';
import { Card } from '../../components/card.tsx';
import { DataList, type Fact } from '../../components/data-list.tsx';
import { Reason } from '../../components/reason.tsx';
import { StateLine } from '../../components/state-line.tsx';
import { TimeAgo } from '../../components/time-ago.tsx';
import { Visible } from '../../components/visible.tsx';
import { useNow } from '../../state/use-now.ts';
import { faultOf } from '../../words/fault.ts';
import { count, counted } from '../../words/numbers.ts';
import { serverWord } from '../../words/states.ts';
import { exact, lasting } from '../../words/time.ts';
import { transportWord, whereOf } from '../servers/draft.ts';
import { ApprovalCard } from './approval-card.tsx';
import { ChecksCard } from './checks-card.tsx';
import { nextStepOf } from './next-step.ts';
import type { Checks } from './use-checks.ts';

export interface OverviewTabProps {
  readonly entry: ServerEntry;
  readonly status: ServerStatus;
  readonly sessions: readonly Session[];
  readonly checks: Checks;
}

export function OverviewTab({ entry, status, sessions, checks }: OverviewTabProps) {
  const now = useNow();
  const info = status.serverInfo;
  const facts: readonly Fact[] = [
    { term: 'State', value: <StateLine state={serverWord(status)} /> },
    { term: 'Since', value: <span title={exact(status.since)}>{lasting(status.since, now)}</span> },
    { term: 'Transport', value: transportWord(entry.endpoint.type) },
    {
      term: entry.endpoint.type === 'stdio' ? 'Command' : 'Address',
      value: (
        <span className="mono">
          <Visible text={entry.endpoint.type === 'stdio' ? whereOf(entry) : entry.endpoint.url} />
        </span>
      ),
    },
    ...(status.protocolVersion === undefined ? [] : [{ term: 'Protocol', value: status.protocolVersion }]),
    ...(info === undefined
      ? []
      : [
          {
            term: 'Calls itself',
            value: (
              <span className="mono">
                <Visible text={`${info.title ?? info.name} ${info.version}`} />
              </span>
            ),
          },
        ]),
    ...(status.pids.length === 0 ? [] : [{ term: 'Processes', value: status.pids.join(', ') }]),
    { term: 'Calls today', value: count(status.callsToday) },
    { term: 'Last call', value: status.lastCallAt === undefined ? 'Never' : <TimeAgo at={status.lastCallAt} /> },
  ];
  return (
    <div className="body" tabIndex={0} role="group" aria-label="Overview">
      {status.reason && status.enabled && (
        <Reason
          fault={faultOf(status.reason)}
          tone={status.state === 'degraded' ? 'warn' : status.state === 'needs-approval' ? 'policy' : 'error'}
          action={nextStepOf(entry.name, status.reason.code)}
        />
      )}
      <div className="overview">
        {status.state === 'needs-approval' && status.enabled && <ApprovalCard name={entry.name} since={status.since} />}
        <Card title="Facts">
          <div className="cardb">
            <DataList facts={facts} />
          </div>
        </Card>
        <ChecksCard checks={checks} server={entry.name} />
        <Card
          title="Sessions"
          right={sessions.length === 0 ? 'none live' : `${counted(sessions.length, 'session')} live`}
        >
          {sessions.length === 0 ? (
            <div className="cardb t2">No client uses this server now.</div>
          ) : (
            <table className="table" aria-label="Sessions">
              <thead>
                <tr>
                  <th scope="col">Client</th>
                  <th scope="col" className="w-short num">
                    Calls
                  </th>
                  <th scope="col" className="w-mid num">
                    Open for
                  </th>
                </tr>
              </thead>
              <tbody>
                {sessions.map((session) => (
                  <tr key={session.id}>
                    <td>
                      <span className="el block">
                        <b>
                          <Visible text={session.client.title ?? session.client.name} />
                        </b>{' '}
                        <span className="t3">
                          {session.client.version ?? ''}
                          {session.client.pid === undefined ? '' : `, pid ${session.client.pid}`}
                        </span>
                      </span>
                    </td>
                    <td className="num">{count(session.calls)}</td>
                    <td className="num t2">{lasting(session.since, now)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </Card>
      </div>
    </div>
  );
}
