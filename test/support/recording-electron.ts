// A recording fake of the `electron` module for unit tests: `vi.mock('electron', async () => import('../support/recording-electron.ts'))`.
import { EventEmitter } from 'node:events';
import { vi } from 'vitest';

type Handler = (...args: never[]) => unknown;

class FakeWebContents extends EventEmitter {
  readonly setWindowOpenHandler = vi.fn<(handler: () => { action: string }) => void>();
  readonly closeDevTools = vi.fn<() => void>();
}

class FakeWindow extends EventEmitter {
  static readonly all: FakeWindow[] = [];
  readonly webContents = new FakeWebContents();
  readonly options: { readonly webPreferences: Record<string, unknown> } & Record<string, unknown>;
  readonly loadURL = vi.fn<(url: string) => Promise<void>>(async () => undefined);
  readonly reload = vi.fn<() => void>();
  readonly show = vi.fn<() => void>();
  readonly focus = vi.fn<() => void>();
  readonly showInactive = vi.fn<() => void>();
  readonly flashFrame = vi.fn<(on: boolean) => void>();
  readonly restore = vi.fn<() => void>();
  isDestroyed = () => false;
  isFocused = () => false;
  isMinimized = () => false;
  getNormalBounds = () => ({ x: 11, y: 22, width: 900, height: 700 });

  constructor(options: FakeWindow['options']) {
    super();
    this.options = options;
    FakeWindow.all.push(this);
    app.emit('web-contents-created', {}, this.webContents);
  }
}

export const app = Object.assign(new EventEmitter(), {
  isPackaged: false,
  enableSandbox: vi.fn<() => void>(),
  commandLine: { removeSwitch: vi.fn<(name: string) => void>() },
  setAsDefaultProtocolClient: vi.fn<(scheme: string) => boolean>(() => true),
  quit: vi.fn<() => void>(),
});

export const ipcMain = Object.assign(new EventEmitter(), {
  handlers: new Map<string, (event: unknown, argument?: unknown) => unknown>(),
  handle(channel: string, handler: (event: unknown, argument?: unknown) => unknown) {
    ipcMain.handlers.set(channel, handler);
  },
});

export const protocol = {
  registerSchemesAsPrivileged: vi.fn<(schemes: unknown) => void>(),
  handle: vi.fn<(scheme: string, handler: (request: Request) => Promise<Response>) => void>(),
};

export const session = {
  defaultSession: Object.assign(new EventEmitter(), {
    setPermissionRequestHandler: vi.fn<(handler: Handler) => void>(),
    setPermissionCheckHandler: vi.fn<(handler: Handler) => void>(),
    setDevicePermissionHandler: vi.fn<(handler: Handler) => void>(),
    webRequest: { onBeforeRequest: vi.fn<(handler: Handler) => void>() },
  }),
};

export const shell = {
  openPath: vi.fn<(path: string) => Promise<string>>(async () => ''),
  openExternal: vi.fn<(url: string) => Promise<void>>(async () => undefined),
};
export const dialog = {
  showOpenDialog: vi.fn<() => Promise<{ filePaths: string[] }>>(async () => ({ filePaths: ['/chosen.json'] })),
  showMessageBox: vi.fn<() => Promise<{ response: number }>>(async () => ({ response: 1 })),
  showErrorBox: vi.fn<(title: string, text: string) => void>(),
};
export const clipboard = {
  text: '',
  writeText: async (text: string) => void (clipboard.text = text),
  readText: async () => clipboard.text,
};
export const nativeTheme = { themeSource: 'system', shouldUseDarkColors: false };

const workArea = { x: 0, y: 0, width: 1920, height: 1080 };
export const screen = {
  displays: [{ workArea }],
  getAllDisplays: () => screen.displays,
  getPrimaryDisplay: () => screen.displays[0],
};
export const contextBridge = { exposeInMainWorld: vi.fn<(name: string, value: Record<string, unknown>) => void>() };
export const ipcRenderer = { invoke: vi.fn<(...args: unknown[]) => Promise<unknown>>(async () => undefined) };
export const BrowserWindow = FakeWindow;
