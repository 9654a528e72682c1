// Notices reach a notification service on a real session bus, and what a person presses there comes back.
import { expect, onTestFinished, test } from 'vitest';
import { DesktopNotifications } from '../../../core/notices/desktop-notifications.ts';
import type { Notice, NoticeAction } from '../../../shared/model/notice.ts';
import { startNotificationDaemon } from '../../support/notification-daemon.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { until } from '../../support/until.ts';

const NOTICE: Notice = {
  id: 'n1',
  title: 'github needs your answer',
  body: 'deploy <b>&preview ☂ is waiting, 21 h left.',
  page: '/tasks/t1',
  task: 't1',
  actions: [
    { id: 'answer', label: 'Answer' },
    { id: 'cancel', label: 'Cancel task' },
  ],
};

function desktop(env: NodeJS.ProcessEnv = process.env) {
  const pressed: [string, NoticeAction][] = [];
  const channel = new DesktopNotifications(env, ({ id }, action) => pressed.push([id, action]));
  onTestFinished(() => channel.end());
  return { channel, pressed };
}

test('a notice is shown with its words as plain text and its actions, and each press comes back', async () => {
  const daemon = await startNotificationDaemon();
  const { channel, pressed } = desktop();
  expect(await channel.show(NOTICE)).toBe('desktop');
  await until(() => daemon.shown.length > 0, 'it is shown');
  expect(daemon.shown).toEqual([
    {
      number: 1,
      app: 'Portolan',
      title: 'github needs your answer',
      body: 'deploy &lt;b&gt;&amp;preview ☂ is waiting, 21 h left.',
      actions: ['default', 'Open', 'answer', 'Answer', 'cancel', 'Cancel task'],
    },
  ]);
  for (const action of ['default', 'answer', 'cancel', 'no such button']) daemon.press(1, action);
  daemon.press(7, 'answer');
  daemon.dismiss(1);
  daemon.press(1, 'cancel');
  await channel.show({ ...NOTICE, id: 'n2' });
  daemon.press(2, 'answer');
  await until(() => pressed.some(([id]) => id === 'n2'), 'the last press has come');
  expect(pressed).toEqual([
    ['n1', 'open'],
    ['n1', 'answer'],
    ['n1', 'cancel'],
    ['n2', 'answer'],
  ]);
});

test('a service without actions and markup gets neither', async () => {
  const daemon = await startNotificationDaemon(['body']);
  await desktop().channel.show(NOTICE);
  await until(() => daemon.shown.length > 0, 'it is shown');
  expect(daemon.shown).toMatchObject([{ body: NOTICE.body, actions: [] }]);
});

test('a notice is taken back where it was shown, once', async () => {
  const daemon = await startNotificationDaemon();
  const { channel } = desktop();
  await channel.show({ ...NOTICE, id: 'other' });
  await channel.show(NOTICE);
  for (const id of ['n1', 'n1', 'strange']) channel.close(id);
  await until(() => daemon.closed.length > 0, 'it is closed');
  await channel.show({ ...NOTICE, id: 'after' });
  await until(() => daemon.shown.length === 3, 'the last one is shown');
  expect(daemon.closed).toEqual([2]);
});

test('many at once share one connection', async () => {
  const daemon = await startNotificationDaemon();
  const { channel } = desktop();
  const ids = Array.from({ length: 50 }, (_, index) => `n${index}`);
  await Promise.all(ids.map((id) => channel.show({ ...NOTICE, id, title: id })));
  await until(() => daemon.shown.length === ids.length, 'all are shown');
  expect(new Set(daemon.shown.map(({ title }) => title))).toEqual(new Set(ids));
});

test('without a session bus, and without a service on it, showing says so', async () => {
  const none = desktop({ DBUS_SESSION_BUS_ADDRESS: `unix:path=${tempDir()}/no-bus` }).channel;
  await expect(none.show(NOTICE)).rejects.toMatchObject({ code: 'NOTICES_UNAVAILABLE', message: /no session bus/ });
  const empty = desktop().channel;
  await expect(empty.show(NOTICE)).rejects.toMatchObject({ message: /No program of the desktop/ });
  // The service may come later.
  await startNotificationDaemon();
  expect(await empty.show(NOTICE)).toBe('desktop');
});
