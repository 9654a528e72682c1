// The desktop shell under test: the real Electron runtime that PORTOLAN_ELECTRON names, else the stand-in for its module
// over real Chromium. Both are started alike and driven over the developer tools' protocol.
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { onTestFinished } from 'vitest';
import { type Portolan, ROOT } from './portolan.ts';
import { until } from './until.ts';

const STAND_IN = join(ROOT, 'test', 'support', 'electron', 'electron');

/** What the stand-in was asked to do; see test/support/electron/record.mjs. */
export interface StandInRecord {
  readonly privileged: readonly { scheme: string; privileges: Readonly<Record<string, boolean>> }[];
  readonly granted: readonly string[];
  readonly deviceGranted: readonly string[];
  readonly menu: readonly string[];
  readonly tray: readonly string[];
  readonly opened: readonly string[];
  readonly errors: readonly string[];
  readonly navigations: readonly { url: string; prevented: boolean }[];
  readonly windowsOpened: readonly string[];
  readonly cancelled: readonly string[];
  readonly windows: readonly { webPreferences: Readonly<Record<string, unknown>> }[];
  readonly themes: readonly string[];
  readonly copied: readonly string[];
  readonly notifications: readonly {
    readonly title: string;
    readonly body: string;
    readonly actions: readonly { readonly text: string }[];
  }[];
  /** Titles. */
  readonly notificationsClosed: readonly string[];
}

export interface Desktop {
  readonly page: Page;
  readonly shell: ChildProcess;
  /** Empty lists on the real runtime. */
  readonly record: () => StandInRecord;
  /** Presses an item of the tray's menu (stand-in only). */
  readonly click: (label: string) => void;
  /** Presses the notification with this title, or its action of this number (stand-in only). */
  readonly press: (notification: string, action?: number) => void;
}

/** The environment in which a shell of this Portolan keeps its own settings apart. */
function desktopEnv(portolan: Portolan): Record<string, string> {
  return {
    ...portolan.env,
    XDG_CONFIG_HOME: join(portolan.home, 'config'),
    PORTOLAN_TEST_NODE: process.execPath,
  };
}

/** Starts a shell and waits until its window shows a page; ends it after the test. */
export async function launchDesktop(portolan: Portolan, args: readonly string[] = []): Promise<Desktop> {
  const real = process.env['PORTOLAN_ELECTRON'];
  const { shell, record, ended } = startShell(portolan, [
    '--remote-debugging-port=0',
    // Chromium's sandbox refuses to run as root.
    ...(real !== undefined && process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ...args,
  ]);
  let said = '';
  shell.stderr?.setEncoding('utf8').on('data', (text: string) => (said += text));
  const endpoint = await until(
    () => (ended() ? new Error(`the shell ended: ${said}`) : /DevTools listening on (ws:\S+)/.exec(said)?.[1]),
    'the window can be driven',
  );
  if (endpoint instanceof Error) throw endpoint;
  const browser = await chromium.connectOverCDP(endpoint);
  const page = await until(
    () =>
      browser
        .contexts()
        .flatMap((context) => context.pages())
        .find((candidate) => /app\/|127\.0\.0\.1/.test(candidate.url())),
    'the window shows a page',
  );
  return {
    page,
    shell,
    record,
    click: (label) => void shell.send({ click: label }),
    press: (notification, action) => void shell.send({ notification, action }),
  };
}

/** Starts a shell process without waiting for a window. */
export function startShell(
  portolan: Portolan,
  args: readonly string[],
): { shell: ChildProcess; record: () => StandInRecord; ended: () => boolean } {
  const real = process.env['PORTOLAN_ELECTRON'];
  const shell = spawn(real ?? STAND_IN, [ROOT, ...args], {
    env: desktopEnv(portolan),
    stdio: real === undefined ? ['ignore', 'inherit', 'pipe', 'ipc'] : ['ignore', 'inherit', 'pipe'],
  });
  let record: StandInRecord = {
    privileged: [],
    granted: [],
    deviceGranted: [],
    menu: [],
    tray: [],
    opened: [],
    errors: [],
    navigations: [],
    windowsOpened: [],
    cancelled: [],
    windows: [],
    themes: [],
    copied: [],
    notifications: [],
    notificationsClosed: [],
  };
  shell.on('message', (message) => {
    record = message as StandInRecord;
  });
  const ended = (): boolean => shell.exitCode !== null || shell.signalCode !== null;
  onTestFinished(async () => {
    shell.kill('SIGTERM');
    await until(ended, 'the shell has ended');
  });
  return { shell, record: () => record, ended };
}
