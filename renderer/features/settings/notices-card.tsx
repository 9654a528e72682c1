// What Portolan tells outside the window: of which servers, when not, and with how many words.
import { Group, SegmentedControl, Switch, TextInput } from '@mantine/core';
import { type ReactNode, useEffect, useState } from 'react';
import type { NoticeSettings } from '../../../shared/model/notice.ts';
import { Card } from '../../components/card.tsx';
import { useApp, useSnapshot } from '../../state/app-context.ts';
import { toast, toastFault } from '../../state/toast.tsx';
import { toFault } from '../../words/fault.ts';

type Level = NoticeSettings['level'];

const LEVELS: readonly { readonly value: Level; readonly label: string }[] = [
  { value: 'all', label: 'All' },
  { value: 'needs-me', label: 'Needs me' },
  { value: 'none', label: 'None' },
];
const NIGHT = { from: '22:00', to: '07:00' };

export function NoticesCard() {
  const { client } = useApp();
  const { settings, servers } = useSnapshot();
  const { notices } = settings;
  const save = async (patch: Partial<NoticeSettings>): Promise<void> => {
    try {
      await client.system.setSettings({ notices: { ...notices, ...patch } });
      toast('Saved', {
        label: 'Undo',
        run: () => void client.system.setSettings({ notices }).catch((error: unknown) => toastFault(toFault(error))),
      });
    } catch (error) {
      toastFault(toFault(error));
    }
  };
  const saveServer = (name: string, level: string): void => {
    const { [name]: _before, ...others } = notices.servers;
    const chosen = LEVELS.find(({ value }) => value === level)?.value;
    void save({ servers: chosen === undefined ? others : { ...others, [name]: chosen } });
  };
  return (
    <Card title="Notifications">
      <Line name="Tell me" effect="Of tasks that end, and of what waits for you. Everything is in Activity too.">
        <SegmentedControl
          aria-label="Notifications"
          value={notices.level}
          onChange={(value) => void save({ level: LEVELS.find((known) => known.value === value)?.value ?? 'all' })}
          data={[...LEVELS]}
        />
      </Line>
      <Line name="Quiet hours" effect="Nothing is shown then; afterwards one notification tells of all.">
        {notices.quiet !== null && <Hours quiet={notices.quiet} save={(quiet) => void save({ quiet })} />}
        <Switch
          aria-label="Quiet hours"
          checked={notices.quiet !== null}
          onChange={(event) => void save({ quiet: event.currentTarget.checked ? NIGHT : null })}
        />
      </Line>
      <Line name="Show words of servers" effect="What a task says and what a question asks, also on a locked screen.">
        <Switch
          aria-label="Show words of servers"
          checked={notices.showText}
          onChange={(event) => void save({ showText: event.currentTarget.checked })}
        />
      </Line>
      {servers.map(({ name }) => (
        <Line key={name} name={name} effect="Notifications of this server.">
          <SegmentedControl
            aria-label={`Notifications of ${name}`}
            value={(Object.hasOwn(notices.servers, name) ? notices.servers[name] : undefined) ?? 'default'}
            onChange={(value) => saveServer(name, value)}
            data={[{ value: 'default', label: 'As above' }, ...LEVELS]}
          />
        </Line>
      ))}
    </Card>
  );
}

function Hours({
  quiet,
  save,
}: {
  readonly quiet: NonNullable<NoticeSettings['quiet']>;
  readonly save: (quiet: NonNullable<NoticeSettings['quiet']>) => void;
}) {
  const [typed, setTyped] = useState(quiet);
  useEffect(() => setTyped(quiet), [quiet]);
  const leave = (): void => {
    if (typed.from === '' || typed.to === '') setTyped(quiet);
    else if (typed.from !== quiet.from || typed.to !== quiet.to) save(typed);
  };
  return (['from', 'to'] as const).map((end) => (
    <TextInput
      key={end}
      type="time"
      w={110}
      aria-label={end === 'from' ? 'Quiet from' : 'Quiet to'}
      value={typed[end]}
      onChange={(event) => setTyped({ ...typed, [end]: event.currentTarget.value })}
      onBlur={leave}
    />
  ));
}

function Line({
  name,
  effect,
  children,
}: {
  readonly name: string;
  readonly effect: string;
  readonly children: ReactNode;
}) {
  return (
    <div className="setting">
      <div>
        <div className="name">{name}</div>
        <p>{effect}</p>
      </div>
      <Group gap="xs" justify="flex-end">
        {children}
      </Group>
    </div>
  );
}
