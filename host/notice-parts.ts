// Notices of this host: what they hear of, and where they are shown. In the desktop shell while it runs, else by the desktop's
// own notification service; never both.
import { DesktopNotifications } from '../core/notices/desktop-notifications.ts';
import { NoticeStore } from '../core/notices/notice-store.ts';
import { Notices } from '../core/notices/notices.ts';
import type { Clock } from '../core/base/clock.ts';
import type { Logger } from '../core/base/logger.ts';
import type { StateDb } from '../core/base/state-db.ts';
import type { TaskTracker } from '../core/tasks/task-tracker.ts';
import { toPortolanError } from '../shared/errors.ts';
import type { Notice, NoticeAction, NoticeEvent } from '../shared/model/notice.ts';
import type { EventHub } from './events.ts';
import { NoticeShell } from './notice-shell.ts';
import { openInBrowser } from './open-in-browser.ts';
import type { AuditPort, SettingsPort } from './ports.ts';
import type { WebControl } from './web-control.ts';

export interface NoticeOptions {
  readonly stateDb: StateDb;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly env: NodeJS.ProcessEnv;
  readonly settings: Pick<SettingsPort, 'get'>;
  readonly audit: Pick<AuditPort, 'append'>;
  readonly events: Pick<EventHub, 'listen'>;
  readonly web: () => Pick<WebControl, 'open'>;
}

/** What the desktop shell and the shutdown need of it. */
export interface NoticesPort {
  /** What a shell has to show from now on. */
  follow(signal: AbortSignal | undefined): AsyncGenerator<NoticeEvent, void, void>;
  /** A shell could not show one. */
  failed(id: string, message: string): void;
  close(): void;
}

export function createNoticeParts(
  options: NoticeOptions,
  tasks: () => Pick<TaskTracker, 'get' | 'cancel'>,
): { notices: Notices; port: NoticesPort } {
  const { stateDb, clock, env, settings, audit, events, web } = options;
  const logger = options.logger.child({ part: 'notices' });
  const shell = new NoticeShell();
  const act = async ({ page, task }: Notice, action: NoticeAction): Promise<void> => {
    if (action === 'cancel' && task !== undefined) await tasks().cancel(task);
    else await openInBrowser(`${(await web().open(0)).url}&page=${encodeURIComponent(page)}`);
  };
  const desktop = new DesktopNotifications(env, (notice, action) => {
    act(notice, action).catch((error: unknown) => {
      logger.warn('a press on a notice came to nothing', { action, message: toPortolanError(error).message });
    });
  });
  const notices = new Notices({
    store: new NoticeStore(stateDb),
    clock,
    settings: () => settings.get().notices,
    task: (id) => {
      try {
        return tasks().get(id);
      } catch {
        return undefined;
      }
    },
    audit: (event) => void audit.append(event),
    channel: {
      show: async (notice) => {
        if (!shell.isThere) return desktop.show(notice);
        shell.show(notice);
        return 'window';
      },
      close: (id) => {
        shell.close(id);
        desktop.close(id);
      },
    },
  });
  events.listen((event) => {
    if (event.type === 'questions') notices.questionsChanged(event.questions);
    else if (event.type === 'sign-ins') notices.signInsChanged(event.signIns);
    else if (event.type === 'settings') notices.settingsChanged();
  });
  return {
    notices,
    port: {
      follow: (signal) => shell.follow(signal),
      failed: (id, message) => notices.failed(id, message),
      close: () => {
        notices.close();
        desktop.end();
      },
    },
  };
}
