// The page of one server: its state in the head, and tabs for what it is, offers, says and holds.
import { Button, Tabs } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useLocation } from 'wouter';
import { PageHead } from '../../components/page-head.tsx';
import { Reason } from '../../components/reason.tsx';
import { SkeletonRows } from '../../components/skeleton-rows.tsx';
import { StateLine } from '../../components/state-line.tsx';
import { Visible } from '../../components/visible.tsx';
import { useApp, useSnapshot } from '../../state/app-context.ts';
import { useKeys } from '../../state/keys.ts';
import { cutMiddle } from '../../text/cut.ts';
import { faultOf, toFault } from '../../words/fault.ts';
import { count } from '../../words/numbers.ts';
import { identityTitle } from '../../words/sign-ins.ts';
import { serverWord } from '../../words/states.ts';
import { transportWord, whereOf } from '../servers/draft.ts';
import { ServerMenu } from '../servers/server-menu.tsx';
import { ConfigurationTab } from './configuration-tab.tsx';
import { LogsTab } from './logs-tab.tsx';
import { OverviewTab } from './overview-tab.tsx';
import { SignInTab } from './sign-in-tab.tsx';
import { ToolsTab } from './tools-tab.tsx';
import { useChecks } from './use-checks.ts';

const TABS = ['overview', 'tools', 'sign-in', 'logs', 'configuration'] as const;
const TITLES = {
  overview: 'Overview',
  tools: 'Tools',
  'sign-in': 'Sign-in',
  logs: 'Logs',
  configuration: 'Configuration',
} as const;
const BACK = { to: '/servers', label: 'Back to servers' };

export function ServerPage({ name, tab }: { readonly name: string; readonly tab: string }) {
  const { queries } = useApp();
  const snapshot = useSnapshot();
  const [, navigate] = useLocation();
  const status = snapshot.servers.find((server) => server.name === name);
  const catalog = useQuery(queries.catalog.list.queryOptions());
  const entry = catalog.data?.servers.find((held) => held.name === name);
  const checks = useChecks(name);
  const page = `/servers/${encodeURIComponent(name)}`;
  const runChecks = (): void => {
    navigate(page);
    checks.run();
  };
  useKeys({ r: runChecks, Escape: () => navigate('/servers') }, snapshot.settings.singleKeyShortcuts);
  const current = TABS.find((known) => known === tab) ?? 'overview';

  if (!status || !entry) {
    const missing = catalog.isSuccess || catalog.isError;
    const fault = catalog.error ? toFault(catalog.error) : faultOf({ code: 'SERVER_NOT_FOUND', message: name });
    return (
      <>
        <PageHead title={name} back={BACK} />
        <div className="body">
          {missing ? (
            <Reason fault={fault} action={{ label: 'Show servers', to: '/servers' }} />
          ) : (
            <SkeletonRows rows={6} height={36} />
          )}
        </div>
      </>
    );
  }
  // A program on this computer has no sign-in of its own.
  const tabs = TABS.filter((known) => known !== 'sign-in' || entry.endpoint.type !== 'stdio');
  const signIn = snapshot.serverSignIns.find(({ server }) => server === name);
  const identity = snapshot.identities.find((held) => held.name === signIn?.identity);
  return (
    <>
      <PageHead
        title={
          <>
            <span className="el">{name}</span> <StateLine state={serverWord(status)} />
          </>
        }
        sub={
          <>
            {transportWord(entry.endpoint.type)} ·{' '}
            <span className="mono xs">
              <Visible text={cutMiddle(entry.endpoint.type === 'stdio' ? whereOf(entry) : entry.endpoint.url, 60)} />
            </span>
            {status.protocolVersion === undefined ? '' : ` · protocol ${status.protocolVersion}`}
            {identity === undefined || signIn?.state !== 'signed-in'
              ? ''
              : ` · signed in through ${identityTitle(identity)}`}
          </>
        }
        back={BACK}
      >
        <Button
          variant="default"
          leftSection={<IconRefresh size={14} />}
          loading={checks.state === 'running'}
          onClick={runChecks}
        >
          Run checks
        </Button>
        <Button className="hide-narrow" component={Link} href={`/export/${encodeURIComponent(name)}`} variant="default">
          Export to client
        </Button>
        <ServerMenu status={status} large />
      </PageHead>
      <div className="tabs">
        <Tabs
          value={current}
          onChange={(next) => navigate(next === 'overview' || next === null ? page : `${page}/${next}`)}
        >
          <Tabs.List aria-label={`Pages of ${name}`}>
            {tabs.map((known) => (
              <Tabs.Tab key={known} value={known} id={`tab-${known}`} aria-controls="tab-panel">
                {TITLES[known]}
                {known === 'tools' && status.toolCount !== undefined && (
                  <span className="t3"> {count(status.toolCount)}</span>
                )}
              </Tabs.Tab>
            ))}
          </Tabs.List>
        </Tabs>
      </div>
      <div id="tab-panel" className="column grow" role="tabpanel" aria-labelledby={`tab-${current}`}>
        {current === 'overview' && (
          <OverviewTab
            entry={entry}
            status={status}
            sessions={snapshot.sessions.filter((session) => session.server === name)}
            checks={checks}
          />
        )}
        {current === 'tools' && <ToolsTab key={name} status={status} />}
        {current === 'sign-in' && <SignInTab key={name} name={name} />}
        {current === 'logs' && <LogsTab key={name} name={name} />}
        {current === 'configuration' && <ConfigurationTab key={name} entry={entry} status={status} />}
      </div>
    </>
  );
}
