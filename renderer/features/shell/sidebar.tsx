// The side bar: brand, command button, places, and the three lines that are the product's promise.
import { Tooltip } from '@mantine/core';
import {
  IconAffiliate,
  IconApps,
  IconHistory,
  IconProgressCheck,
  IconSearch,
  IconServer2,
  IconSettings,
  IconUserShield,
} from '@tabler/icons-react';
import { Link, useLocation } from 'wouter';
import type { Snapshot } from '../../../shared/model/system.ts';
import { Rose } from '../../components/rose.tsx';
import { count } from '../../words/numbers.ts';
import { taskGroup } from '../../words/tasks.ts';
import { openPalette } from '../palette/open-palette.ts';
import { SideFoot } from './side-foot.tsx';

const PLACES = [
  { to: '/connections', word: 'Connections', Icon: IconAffiliate, also: ['/sessions', '/questions'] },
  { to: '/servers', word: 'Servers', Icon: IconServer2, also: ['/add', '/import', '/export'] },
  { to: '/sync', word: 'Clients', Icon: IconApps, also: [] },
  { to: '/tasks', word: 'Tasks', Icon: IconProgressCheck, also: [] },
  { to: '/activity', word: 'Activity', Icon: IconHistory, also: [] },
  { to: '/identities', word: 'Identities', Icon: IconUserShield, also: [] },
  { to: '/settings', word: 'Settings', Icon: IconSettings, also: [] },
] as const;

export const MOD = navigator.userAgent.includes('Mac') ? '⌘' : 'Ctrl';

export function Sidebar({ snapshot }: { readonly snapshot: Snapshot }) {
  const [location] = useLocation();
  const asking = snapshot.tasks.filter((task) => taskGroup(task) === 'needs').length;
  const waiting = snapshot.signIns.filter(({ state }) => state !== 'under-way').length;
  return (
    <nav className="side" aria-label="Main">
      <div className="brand">
        <Rose />
        <span className="word">Portolan</span>
      </div>
      <button type="button" className="command" onClick={openPalette}>
        <IconSearch size={14} stroke={1.8} aria-hidden />
        <span className="word">Search or run</span>
        <span className="k end">{MOD} K</span>
      </button>
      <ul className="nav">
        {PLACES.map(({ to, word, Icon, also }) => {
          const here = [to, ...also].some((path) => location === path || location.startsWith(`${path}/`));
          return (
            <li key={to}>
              <Tooltip
                label={word}
                position="right"
                openDelay={300}
                events={{ hover: true, focus: false, touch: false }}
              >
                <Link href={to} aria-current={here ? 'page' : undefined}>
                  <Icon size={17} stroke={1.7} aria-hidden />
                  <span className="word">{word}</span>
                  {to === '/connections' && snapshot.questions.length > 0 && (
                    <span className="n badge">
                      {count(snapshot.questions.length)}
                      <span className="sr"> waiting for your answer</span>
                    </span>
                  )}
                  {to === '/tasks' && asking > 0 && (
                    <span className="n badge">
                      {count(asking)}
                      <span className="sr"> waiting for your answer</span>
                    </span>
                  )}
                  {to === '/identities' && waiting > 0 && (
                    <span className="n badge">
                      {count(waiting)}
                      <span className="sr"> waiting for a sign-in</span>
                    </span>
                  )}
                  {to === '/sync' && snapshot.drift.length > 0 && (
                    <span className="n badge">
                      {count(snapshot.drift.length)}
                      <span className="sr"> changed by other programs</span>
                    </span>
                  )}
                  {to === '/servers' && snapshot.servers.length > 0 && (
                    <span className="n word">{count(snapshot.servers.length)}</span>
                  )}
                </Link>
              </Tooltip>
            </li>
          );
        })}
      </ul>
      <SideFoot snapshot={snapshot} />
    </nav>
  );
}
