// Notices as notifications of the desktop. (Desktop Notifications Specification 1.3, "D-BUS Protocol")
import type { Notice, NoticeAction } from '../../shared/model/notice.ts';
import { DbusConnection } from './dbus-connection.ts';
import type { DbusMessage } from './dbus-message.ts';
import type { NoticeChannel } from './notices.ts';

const NAME = 'org.freedesktop.Notifications';
const SERVICE = { destination: NAME, path: '/org/freedesktop/Notifications', interface: NAME };
/** The daemon decides how long it stays. */
const DEFAULT_TIMEOUT = -1;
/** A press on the notification itself. */
const DEFAULT_ACTION = 'default';

interface Shown {
  readonly notice: Notice;
  /** Unique name of the daemon that shows it: nobody else may say that it was pressed. */
  readonly by: string;
}

export class DesktopNotifications implements NoticeChannel {
  readonly #env: NodeJS.ProcessEnv;
  readonly #onAction: (notice: Notice, action: NoticeAction) => void;
  /** By the daemon's own number. */
  readonly #shown = new Map<number, Shown>();
  #opening: Promise<DbusConnection> | undefined;
  #bus: DbusConnection | undefined;
  #isEnded = false;

  constructor(env: NodeJS.ProcessEnv, onAction: (notice: Notice, action: NoticeAction) => void) {
    this.#env = env;
    this.#onAction = onAction;
  }

  /** @throws PortolanError NOTICES_UNAVAILABLE without a session bus or a program that shows notifications */
  async show(notice: Notice): Promise<string> {
    const bus = await this.#connection();
    const offered = (await bus.call({ ...SERVICE, member: 'GetCapabilities', body: [] })).body.texts();
    const actions = notice.actions.flatMap(({ id, label }) => [id, label]);
    const reply = await bus.call({
      ...SERVICE,
      member: 'Notify',
      body: [
        ['s', 'Portolan'],
        ['u', 0],
        ['s', ''],
        ['s', notice.title],
        ['s', offered.includes('body-markup') ? asMarkup(notice.body) : notice.body],
        ['as', offered.includes('actions') ? [DEFAULT_ACTION, 'Open', ...actions] : []],
        ['a{sv}'],
        ['i', DEFAULT_TIMEOUT],
      ],
    });
    this.#shown.set(reply.body.u32(), { notice, by: reply.sender });
    return 'desktop';
  }

  close(id: string): void {
    for (const [number, { notice }] of this.#shown) {
      if (notice.id !== id) continue;
      this.#shown.delete(number);
      // One that a person has closed already is refused: nothing to do about it.
      this.#connection()
        .then((bus) => bus.call({ ...SERVICE, member: 'CloseNotification', body: [['u', number]] }))
        .catch(() => undefined);
    }
  }

  /** Hangs up; notifications that are shown stay. */
  end(): void {
    this.#isEnded = true;
    this.#bus?.close();
  }

  /** The open connection, or a new one. */
  #connection(): Promise<DbusConnection> {
    if (this.#opening === undefined || this.#bus?.isClosed === true) {
      this.#bus = undefined;
      this.#opening = this.#open();
      this.#opening.catch(() => (this.#opening = undefined));
    }
    return this.#opening;
  }

  async #open(): Promise<DbusConnection> {
    this.#shown.clear();
    const bus = await DbusConnection.open(this.#env, (signal) => this.#signal(signal));
    this.#bus = bus;
    if (this.#isEnded) bus.close();
    await bus.addMatch(`type='signal',sender='${NAME}',interface='${NAME}'`);
    return bus;
  }

  #signal({ interface: of, member, sender, body }: DbusMessage): void {
    if (of !== NAME || (member !== 'ActionInvoked' && member !== 'NotificationClosed')) return;
    const number = body.u32();
    const shown = this.#shown.get(number);
    if (shown === undefined || shown.by !== sender) return;
    if (member === 'NotificationClosed') {
      this.#shown.delete(number);
      return;
    }
    const pressed = body.text();
    const action = shown.notice.actions.find(({ id }) => id === pressed)?.id;
    if (action !== undefined) this.#onAction(shown.notice, action);
    else if (pressed === DEFAULT_ACTION) this.#onAction(shown.notice, 'open');
  }
}

/** Plain text for a daemon that reads some markup in bodies. */
function asMarkup(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
