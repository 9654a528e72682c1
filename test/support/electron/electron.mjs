// A stand-in for the `electron` module over real Chromium, for machines without the Electron runtime. The built main file
// runs in Node, the built preload and pages run in Chromium. What it cannot show: context isolation, the sandbox, fuses,
// ASAR, native menus, tray and dialogs. Those it only records.
import { EventEmitter, once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { createBrowserWindow } from './browser-window.mjs';
import { handle } from './loopback.mjs';
import { note, set } from './record.mjs';

const userData = join(process.env.XDG_CONFIG_HOME ?? '', 'portolan');
const PERMISSIONS = readPermissions();
mkdirSync(userData, { recursive: true });
export const ipcHandlers = new Map();

class App extends EventEmitter {
  isPackaged = false;
  commandLine = { removeSwitch: () => undefined };
  /** What must be ended first: functions that give promises. */
  beforeExit = [];
  #isLeaving = false;
  whenReady = async () => undefined;
  enableSandbox = () => undefined;
  setAppUserModelId = () => undefined;
  setAsDefaultProtocolClient = () => true;
  getPath = () => userData;
  getVersion = () => '0.0.0';

  /** The first instance listens; a second one hands over its arguments. */
  requestSingleInstanceLock() {
    const lock = join(userData, 'instance');
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
    } catch {
      const first = connect(`${lock}.sock`).end(JSON.stringify(process.argv));
      this.beforeExit.push(() => once(first, 'finish'));
      return false;
    }
    process.once('exit', () => {
      for (const path of [lock, `${lock}.sock`]) rmSync(path, { force: true });
    });
    createServer((socket) => {
      const receive = (chunks) => this.emit('second-instance', {}, JSON.parse(Buffer.concat(chunks).toString('utf8')));
      void socket.toArray().then(receive);
    })
      .listen(`${lock}.sock`)
      .unref();
    return true;
  }
  quit() {
    void this.exit(0);
  }
  async exit(code) {
    if (this.#isLeaving) return;
    this.#isLeaving = true;
    await Promise.allSettled(this.beforeExit.map((end) => end()));
    process.exit(code);
  }
}
export const app = new App();

export const protocol = {
  registerSchemesAsPrivileged: (schemes) => set('privileged', schemes),
  handle,
};
export const ipcMain = Object.assign(new EventEmitter(), {
  handle: (channel, handler) => ipcHandlers.set(channel, handler),
});
export const nativeTheme = new (class extends EventEmitter {
  #source = 'system';
  get shouldUseDarkColors() {
    return this.#source === 'dark';
  }
  get themeSource() {
    return this.#source;
  }
  set themeSource(source) {
    this.#source = source;
    note('themes', source);
    this.emit('updated');
  }
})();
export const nativeImage = { createFromDataURL: () => ({ setTemplateImage: () => undefined }) };
export const shell = {
  openPath: async (path) => {
    note('opened', path);
    return '';
  },
};
let copied = '';
export const clipboard = {
  writeText: async (text) => {
    copied = text;
    note('copied', text);
  },
  readText: async () => copied,
};
export const dialog = {
  showErrorBox: (title, text) => note('errors', `${title}: ${text}`),
  showMessageBox: async () => ({ response: 0 }),
  showOpenDialog: async () => ({ canceled: false, filePaths: ['/chosen/servers.json'] }),
};
const workArea = { x: 0, y: 0, width: 1920, height: 1080 };
export const screen = { getAllDisplays: () => [{ workArea }], getPrimaryDisplay: () => ({ workArea }) };

let before = () => undefined;
export const session = {
  defaultSession: Object.assign(new EventEmitter(), {
    setPermissionRequestHandler: (handler) => {
      const details = { requestingUrl: 'portolan-app://app/' };
      set('granted', []);
      for (const name of PERMISSIONS) handler(null, name, (granted) => granted && note('granted', name), details);
    },
    setPermissionCheckHandler: () => undefined,
    setDevicePermissionHandler: (handler) => {
      set(
        'deviceGranted',
        ['hid', 'serial', 'usb'].filter((deviceType) => handler({ deviceType })),
      );
    },
    webRequest: {
      onBeforeRequest: (handler) => {
        before = handler;
      },
    },
  }),
  /** True when the handler of requests cancels one for `url`. */
  cancels: (url) => {
    let cancelled = false;
    before({ url }, ({ cancel }) => (cancelled = cancel === true));
    return cancelled;
  },
};

let trayMenu = [];
export const Menu = {
  buildFromTemplate: (template) => template,
  setApplicationMenu: (template) => set('menu', template?.map(({ role, label }) => role ?? label) ?? []),
};
export class Tray extends EventEmitter {
  setToolTip() {}
  setContextMenu(template) {
    trayMenu = template;
    set(
      'tray',
      template.flatMap(({ label }) => label ?? []),
    );
  }
}
/** Those that are shown, by title: a test presses and dismisses them. */
const notifications = new Map();
export class Notification extends EventEmitter {
  static isSupported = () => true;
  #options;
  constructor(options) {
    super();
    this.#options = options;
  }
  show() {
    notifications.set(this.#options.title, this);
    note('notifications', this.#options);
  }
  close() {
    note('notificationsClosed', this.#options.title);
    this.emit('close', {});
  }
}
export const contextBridge = {};
export const ipcRenderer = {};
export const BrowserWindow = createBrowserWindow({ app, ipcHandlers, nativeTheme, session });

/** The names in Electron's own typings: whatever it adds is asked for here. */
function readPermissions() {
  const typings = readFileSync(new URL('../../../node_modules/electron/electron.d.ts', import.meta.url), 'utf8');
  const line = typings.split('\n').find((text) => text.includes('setPermissionRequestHandler(handler:')) ?? '';
  return [...(/permission: ([^,]+),/.exec(line)?.[1] ?? '').matchAll(/'([^']+)'/g)].map(([, name]) => name);
}

process.on('message', ({ click, notification, action }) => {
  if (click !== undefined) trayMenu.find(({ label }) => label === click)?.click();
  else if (action === undefined) notifications.get(notification)?.emit('click', {});
  else notifications.get(notification)?.emit('action', { actionIndex: action });
});
for (const signal of ['SIGTERM', 'SIGINT', 'disconnect']) process.on(signal, () => app.quit());

// oxlint-disable-next-line import/no-default-export -- electron has one, and electron-store imports it
export default { app, ipcMain, shell };
