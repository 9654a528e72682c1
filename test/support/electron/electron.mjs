// A stand-in for the `electron` module over real Chromium, for machines without the Electron runtime. The built main file
// runs in Node, the built preload and pages run in Chromium. What it cannot show: context isolation, the sandbox, fuses,
// ASAR, native menus and tray. The custom scheme is served on a loopback port, since only Electron can register schemes.
import { EventEmitter } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { chromium } from 'playwright-core';
import { CHROMIUM_FLAGS } from '../chromium-flags.ts';

const folder = process.env.PORTOLAN_TEST_ELECTRON ?? '';
const FLAGS = [...CHROMIUM_FLAGS, '--remote-debugging-port=0'];
const handlers = new Map();
const ipcHandlers = new Map();
const record = { privileged: [], permissions: [], menus: [], opened: [], errors: [] };
let scheme = '';
let context;

const note = () => writeFileSync(join(folder, 'record.json'), JSON.stringify(record));

class App extends EventEmitter {
  isPackaged = false;
  name = 'Portolan';
  whenReady = async () => undefined;
  requestSingleInstanceLock = () => true;
  enableSandbox = () => undefined;
  setAppUserModelId = () => undefined;
  getPath = (name) => join(folder, name);
  getVersion = () => '0.0.0';
  getName = () => this.name;
  getAppPath = () => folder;
  quit = () => void this.exit(0);
  exit = async (code) => {
    await context?.close().catch(() => undefined);
    process.exit(code);
  };
}
export const app = new App();

export const protocol = {
  registerSchemesAsPrivileged: (schemes) => {
    record.privileged = schemes;
    scheme = schemes[0].scheme;
  },
  handle: (name, handler) => handlers.set(name, handler),
};

export const ipcMain = { handle: (channel, handler) => ipcHandlers.set(channel, handler), on: () => undefined };
export const ipcRenderer = {};
export const contextBridge = {};
export const nativeTheme = new (class extends EventEmitter {
  themeSource = 'system';
})();
export const nativeImage = { createFromDataURL: (url) => ({ setTemplateImage: () => undefined, isEmpty: () => !url }) };
export const shell = {
  openExternal: async (url) => {
    record.opened.push(url);
    note();
  },
};
export const dialog = {
  showErrorBox: (title, text) => {
    record.errors.push({ title, text });
    note();
  },
};
export const screen = { getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }] };
export const session = {
  defaultSession: Object.assign(new EventEmitter(), {
    setPermissionRequestHandler: () => undefined,
    setPermissionCheckHandler: (check) => {
      record.permissions = ['notifications', 'media', 'geolocation', 'clipboard-sanitized-write'].filter((name) =>
        check(null, name),
      );
    },
    setDevicePermissionHandler: () => undefined,
    webRequest: { onBeforeRequest: () => undefined },
  }),
};
export const Menu = {
  buildFromTemplate: (template) => {
    record.menus = template.map(({ label }) => label ?? '-');
    note();
    return template;
  },
};
export class Tray extends EventEmitter {
  setToolTip() {}
  setContextMenu() {}
}

export class BrowserWindow extends EventEmitter {
  #page = this.#open();
  #options;
  webContents = Object.assign(new EventEmitter(), { setWindowOpenHandler: () => undefined });

  constructor(options) {
    super();
    this.#options = options;
    app.emit('web-contents-created', {}, this.webContents);
  }

  async #open() {
    await Promise.resolve();
    const { width, height, webPreferences } = this.#options;
    const profile = join(folder, 'chromium');
    mkdirSync(profile, { recursive: true });
    context = await chromium.launchPersistentContext(profile, {
      executablePath: '/usr/bin/chromium',
      args: FLAGS,
      viewport: { width, height },
    });
    const page = context.pages()[0] ?? (await context.newPage());
    await context.exposeBinding('__portolanInvoke', (source, channel, ...args) => {
      const senderFrame = { url: asScheme(source.frame.url()), parent: source.frame.parentFrame() };
      return ipcHandlers.get(channel)({ senderFrame }, ...args);
    });
    const preload = readFileSync(webPreferences.preload, 'utf8');
    await page.addInitScript(`(() => {
      const electron = {
        contextBridge: { exposeInMainWorld: (name, value) => { window[name] = value; } },
        ipcRenderer: { invoke: (...args) => window.__portolanInvoke(...args) },
      };
      const process = { platform: ${JSON.stringify(process.platform)} };
      const require = (name) => { if (name !== 'electron') throw new Error('a sandboxed preload has only electron'); return electron; };
      const module = { exports: {} }; const exports = module.exports;
      ${preload}
    })();`);
    record.webPreferences = webPreferences;
    note();
    return page;
  }

  async loadURL(url) {
    const page = await this.#page;
    await page.goto(await asLoopback(url));
    writeFileSync(
      join(folder, 'ready.json'),
      JSON.stringify({
        devtools: readFileSync(join(folder, 'chromium', 'DevToolsActivePort'), 'utf8').split('\n')[0],
        url: page.url(),
      }),
    );
  }

  reload() {
    void this.#page.then((page) => page.reload());
  }
  isDestroyed = () => false;
  isMinimized = () => false;
  restore() {}
  show() {}
  focus() {}
  getNormalBounds = () => ({ x: 0, y: 0, width: this.#options.width, height: this.#options.height });
}

let base;

/** The scheme's handler behind a loopback port, streams included. */
function asLoopback(url) {
  base ??= new Promise((resolve) => {
    const server = createServer((request, response) => void answerAsScheme(request, response));
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${server.address().port}`));
  });
  return base.then((origin) => url.replace(`${scheme}://app`, origin));
}

async function answerAsScheme(request, response) {
  const abort = new AbortController();
  response.on('close', () => abort.abort());
  const body = request.method === 'POST' ? Readable.toWeb(request) : undefined;
  const answer = await handlers.get(scheme)(
    new Request(`${scheme}://app${request.url}`, {
      method: request.method,
      headers: headersOf(request),
      body,
      duplex: 'half',
      signal: abort.signal,
    }),
  );
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  if (answer.body)
    Readable.fromWeb(answer.body)
      .on('error', () => response.destroy())
      .pipe(response);
  else response.end();
}

function asScheme(url) {
  return url.replace(/^http:\/\/127\.0\.0\.1:\d+/, `${scheme}://app`);
}

function headersOf(request) {
  return Object.entries(request.headers).filter(
    ([name]) => !['host', 'connection', 'content-length', 'transfer-encoding'].includes(name),
  );
}

for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => app.quit());

// oxlint-disable-next-line import/no-default-export -- packages import the real module by its default, too
export default {
  app,
  protocol,
  ipcMain,
  nativeTheme,
  nativeImage,
  shell,
  dialog,
  screen,
  session,
  Menu,
  Tray,
  BrowserWindow,
};
