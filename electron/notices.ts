// Shows the host's notices as the system's, while this shell runs; the host then shows none itself. A press opens the page.
import { setTimeout as delay } from 'node:timers/promises';
import { Notification } from 'electron';
import type { HostClient } from '../host/control-client.ts';
import type { Notice } from '../shared/model/notice.ts';
import { showWindow } from './window.ts';

const RETRY_MS = 1_000;

type HostClients = Pick<HostClient, 'notices' | 'tasks'>;

/** Goes on for ever, whatever becomes of the host. Where the system takes no notifications, the host finds another way. */
export async function showNotices(client: HostClients): Promise<void> {
  const shown = new Map<string, Notification>();
  while (Notification.isSupported()) {
    const events = await client.notices.follow().catch(() => undefined);
    try {
      for await (const event of events ?? []) {
        if (event.type === 'show')
          shown.set(
            event.notice.id,
            show(client, event.notice, () => shown.delete(event.notice.id)),
          );
        else shown.get(event.id)?.close();
      }
    } catch {
      // The host is gone: another one may come.
    }
    await delay(RETRY_MS);
  }
}

function show(client: HostClients, { id, title, body, page, task, actions }: Notice, gone: () => void): Notification {
  const buttons = actions.map(({ label }) => ({ type: 'button' as const, text: label }));
  const notification = new Notification({ title, body, actions: buttons });
  notification.on('click', () => showWindow(page));
  notification.on('close', gone);
  notification.on('failed', (_event, message) => void client.notices.failed({ id, message }).catch(() => undefined));
  notification.on('action', ({ actionIndex }) => {
    if (actions[actionIndex]?.id !== 'cancel' || task === undefined) showWindow(page);
    else client.tasks.cancel({ id: task }).catch(() => showWindow(page));
  });
  notification.show();
  return notification;
}
