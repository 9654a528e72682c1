// Gathers what the palette offers now: needs, servers, tools already read, places and commands.
import { useQueryClient } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import type { ToolList } from '../../../shared/model/tool.ts';
import { useApp, useSnapshot } from '../../state/app-context.ts';
import { toast, toastFault } from '../../state/toast.tsx';
import { useNow } from '../../state/use-now.ts';
import { useTheme } from '../../state/use-theme.ts';
import { visibleString } from '../../text/visible-tokens.ts';
import { toFault } from '../../words/fault.ts';
import { count } from '../../words/numbers.ts';
import { identityTitle, identityWord } from '../../words/sign-ins.ts';
import { serverWord } from '../../words/states.ts';
import { allNeeds } from '../connections/all-needs.ts';
import { useServerActions } from '../servers/use-server-actions.ts';
import { effectOf } from '../server/tool-words.ts';
import { MOD } from '../shell/sidebar.tsx';
import type { PaletteItem } from './palette-items.ts';

export function usePaletteItems(onHelp: () => void): PaletteItem[] {
  const { client, queries } = useApp();
  const snapshot = useSnapshot();
  const queryClient = useQueryClient();
  const actions = useServerActions();
  const { setTheme } = useTheme();
  const [, navigate] = useLocation();
  const now = useNow();
  const go = (to: string) => (): void => navigate(to);
  const page = (name: string): string => `/servers/${encodeURIComponent(name)}`;

  const verify = async (): Promise<void> => {
    navigate('/activity');
    try {
      for await (const event of await client.audit.verify()) {
        if (event.kind === 'done' && event.verdict.ok) toast(`Log verified to record ${count(event.verdict.verified)}`);
      }
    } catch (error) {
      toastFault(toFault(error));
    }
  };
  const lists = queryClient
    .getQueriesData<ToolList>({ queryKey: queries.tools.list.key() })
    .flatMap(([, list]) => list ?? []);
  const command = (id: string, text: string, run: () => void, keys?: string): PaletteItem => ({
    id,
    group: 'Commands',
    text,
    run,
    ...(keys === undefined ? {} : { keys }),
  });
  return [
    ...allNeeds(snapshot).map(
      (need): PaletteItem => ({
        id: `need ${need.key}`,
        group: 'Needs you',
        text: `${need.action}: ${need.subject}`,
        detail: need.detail,
        mark: need.mark,
        run: go(need.to),
      }),
    ),
    ...snapshot.servers.map(
      (server): PaletteItem => ({
        id: `server ${server.name}`,
        group: 'Servers',
        text: server.name,
        detail: serverWord(server).word,
        mark: serverWord(server).mark,
        run: go(page(server.name)),
      }),
    ),
    ...lists.flatMap((list) =>
      list.tools.map(
        (tool): PaletteItem => ({
          id: `tool ${list.server} ${tool.name}`,
          group: 'Tools',
          text: visibleString(tool.name),
          detail: `${list.server}, ${effectOf(tool).toLowerCase()}`,
          mono: true,
          run: go(`${page(list.server)}/tools`),
        }),
      ),
    ),
    { id: 'go connections', group: 'Go to', text: 'Connections', keys: `${MOD} 1`, run: go('/connections') },
    { id: 'go servers', group: 'Go to', text: 'Servers', keys: `${MOD} 2`, run: go('/servers') },
    { id: 'go clients', group: 'Go to', text: 'Clients', detail: 'Which client has which server', run: go('/sync') },
    { id: 'go history', group: 'Go to', text: 'History of exports', detail: 'Clients', run: go('/sync/history') },
    { id: 'go tasks', group: 'Go to', text: 'Tasks', keys: `${MOD} 3`, run: go('/tasks') },
    { id: 'go activity', group: 'Go to', text: 'Activity', keys: `${MOD} 4`, run: go('/activity') },
    { id: 'go identities', group: 'Go to', text: 'Identities', keys: `${MOD} 6`, run: go('/identities') },
    { id: 'go settings', group: 'Go to', text: 'Settings', keys: `${MOD} ,`, run: go('/settings') },
    { id: 'go profiles', group: 'Go to', text: 'Profiles', detail: 'Settings', run: go('/settings/profiles') },
    { id: 'go registry', group: 'Go to', text: 'Registry', detail: 'Find servers', run: go('/registry') },
    { id: 'go gateway', group: 'Go to', text: 'Gateway', detail: 'Settings', run: go('/settings/gateway') },
    {
      id: 'go notifications',
      group: 'Go to',
      text: 'Notifications',
      detail: 'Settings',
      run: go('/settings/notifications'),
    },
    ...snapshot.identities.map(
      (identity): PaletteItem => ({
        id: `identity ${identity.name}`,
        group: 'Go to',
        text: `Identity ${identityTitle(identity)}`,
        detail: identityWord(identity, now).word,
        run: go('/identities'),
      }),
    ),
    ...snapshot.profiles.map(
      ({ name, title }): PaletteItem => ({
        id: `profile ${name}`,
        group: 'Go to',
        text: `Profile ${name}`,
        ...(title === undefined ? {} : { detail: title }),
        run: go(`/settings/profiles/${encodeURIComponent(name)}`),
      }),
    ),
    command('add', 'Add server', go('/add'), `${MOD} N`),
    command('review', 'Open a portolan:// link', go('/review')),
    command('import', 'Import servers', go('/import'), `${MOD} I`),
    command('identity', 'Add identity', go('/identities/add')),
    command('profile', 'New profile', go('/settings/profiles/new')),
    command('export', 'Export to a client', go('/export')),
    command('setup', 'Set up clients', go('/first-run')),
    command('verify', 'Verify log', () => void verify(), 'V'),
    command('undo', 'Undo the last change of the catalog', () => void actions.undo(), `${MOD} Z`),
    command('theme auto', 'Theme: as the system', () => setTheme('auto')),
    command('theme light', 'Theme: light', () => setTheme('light')),
    command('theme dark', 'Theme: dark', () => setTheme('dark')),
    command('help', 'Keyboard shortcuts', onHelp, '?'),
  ];
}
