// One client at one server: what is live, what was used last, and the sessions behind it.
import { Button } from '@mantine/core';
import { Link, useLocation } from 'wouter';
import { Card } from '../../components/card.tsx';
import { DataList, type Fact } from '../../components/data-list.tsx';
import { Empty } from '../../components/empty.tsx';
import { Mark } from '../../components/mark.tsx';
import { PageHead } from '../../components/page-head.tsx';
import { Reason } from '../../components/reason.tsx';
import { StateLine } from '../../components/state-line.tsx';
import { TimeAgo } from '../../components/time-ago.tsx';
import { Visible } from '../../components/visible.tsx';
import { useSnapshot } from '../../state/app-context.ts';
import { useKeys } from '../../state/keys.ts';
import { setNextFilter } from '../../state/next-filter.ts';
import { useNow } from '../../state/use-now.ts';
import { cutMiddle } from '../../text/cut.ts';
import { toFault } from '../../words/fault.ts';
import { count, counted, took } from '../../words/numbers.ts';
import { serverWord } from '../../words/states.ts';
import { lasting } from '../../words/time.ts';
import { cellWords } from './cell-words.ts';
import { useMatrix } from './use-reach.ts';

export function PairPage({ server, client }: { readonly server: string; readonly client: string }) {
  const snapshot = useSnapshot();
  const matrix = useMatrix();
  const now = useNow();
  const [, navigate] = useLocation();
  useKeys({ Escape: () => navigate('/connections') }, snapshot.settings.singleKeyShortcuts);
  const status = snapshot.servers.find(({ name }) => name === server);
  const cell = matrix.data?.cells.find((one) => one.server === server && one.client === client);
  const sessions = snapshot.sessions.filter((one) => one.server === server && one.client.name === client);
  const words = cellWords(cell, status, now);
  const facts: readonly Fact[] = [
    {
      term: 'State',
      value: (
        <span className="st">
          {words.mark && <Mark kind={words.mark} />}
          {words.lead}
          {words.text}
        </span>
      ),
    },
    ...(status === undefined ? [] : [{ term: 'Server', value: <StateLine state={serverWord(status)} /> }]),
    { term: 'Last use', value: cell?.lastUseAt === undefined ? 'Never' : <TimeAgo at={cell.lastUseAt} /> },
    {
      term: 'Median',
      value: cell?.medianMs === undefined ? 'Not known' : `${took(cell.medianMs)}, of the last 100 calls`,
    },
    { term: 'Calls 24 h', value: count(cell?.calls24h ?? 0) },
    { term: 'In flight', value: count(cell?.inFlight ?? 0) },
    { term: 'Client speaks', value: cell?.protocolVersion ?? 'Not known' },
    { term: 'Server speaks', value: status?.protocolVersion ?? 'Not known' },
  ];
  return (
    <>
      <PageHead
        title={
          <span className="el">
            <Visible text={cutMiddle(client, 60)} /> <span className="t3">at</span> {server}
          </span>
        }
        sub={`${counted(sessions.length, 'session')} live.`}
        back={{ to: '/connections', label: 'Back to connections' }}
      >
        <Button
          component={Link}
          href="/activity"
          variant="default"
          onClick={() => setNextFilter(`server:${server} client:"${client}"`)}
        >
          Open in Activity
        </Button>
        <Button
          className="hide-narrow"
          component={Link}
          href={`/servers/${encodeURIComponent(server)}`}
          variant="default"
        >
          Open server
        </Button>
      </PageHead>
      <div className="body">
        {matrix.error && (
          <Reason fault={toFault(matrix.error)} action={{ label: 'Try again', run: () => void matrix.refetch() }} />
        )}
        <div className="overview">
          <Card title="Facts">
            <div className="cardb">
              <DataList facts={facts} />
            </div>
          </Card>
          <Card title="Sessions" right={sessions.length === 0 ? 'none live' : undefined}>
            {sessions.length === 0 ? (
              <Empty text="No live session. One opens when the client starts this server." />
            ) : (
              <ul className="plain lines">
                {sessions.map((session) => (
                  <li key={session.id}>
                    <span className="grow el">
                      <b>{counted(session.calls, 'call')}</b>{' '}
                      <span className="t2">
                        open for {lasting(session.since, now)}
                        {session.client.pid === undefined ? '' : `, process ${session.client.pid}`}
                      </span>
                    </span>
                    <Button
                      component={Link}
                      href={`/sessions/${encodeURIComponent(session.id)}`}
                      variant="default"
                      size="compact-sm"
                    >
                      Show messages
                    </Button>
                  </li>
                ))}
              </ul>
            )}
          </Card>
        </div>
      </div>
    </>
  );
}
