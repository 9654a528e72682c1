// Starts the stub of a notification service on the session bus of the test and collects what it was asked to show.
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { until } from './until.ts';

interface ShownNotification {
  readonly number: number;
  readonly app: string;
  readonly title: string;
  readonly body: string;
  /** Key and label in turn. */
  readonly actions: readonly string[];
}

export interface NotificationDaemon {
  readonly shown: readonly ShownNotification[];
  /** Numbers of those that were taken back. */
  readonly closed: readonly number[];
  /** Presses a button of a notification; `default` is the notification itself. */
  press(number: number, action: string): void;
  dismiss(number: number): void;
}

/** Resolves when it owns the name on the bus; it ends with the test. */
export async function startNotificationDaemon(
  capabilities: readonly string[] = ['actions', 'body', 'body-markup'],
): Promise<NotificationDaemon> {
  const stub = fork(join(import.meta.dirname, 'notification-daemon-driver.ts'), capabilities);
  onTestFinished(() => void stub.kill());
  const shown: ShownNotification[] = [];
  const closed: number[] = [];
  let isReady = false;
  stub.on('message', (told: { ready?: boolean; member?: string } & ShownNotification) => {
    if (told.ready === true) isReady = true;
    if (told.member === 'CloseNotification') closed.push(told.number);
    if (told.member === 'Notify') {
      const { number, app, title, body, actions } = told;
      shown.push({ number, app, title, body, actions });
    }
  });
  await until(() => isReady, 'the notification service owns its name');
  return {
    shown,
    closed,
    press: (number, action) => void stub.send({ action: [number, action] }),
    dismiss: (number) => void stub.send({ dismiss: number }),
  };
}
