// The stand-in's BrowserWindow: a page of a real Chromium with the built preload in it. Navigations, new windows, requests
// and downloads ask the handlers that Electron would ask, and their answers take effect.
import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { CHROMIUM_FLAGS } from '../chromium-flags.ts';
import { asLoopback, asScheme } from './loopback.mjs';
import { note } from './record.mjs';

/** The class, over the parts of the stand-in that it asks. */
export function createBrowserWindow({ app, ipcHandlers, nativeTheme, session }) {
  let context;
  return class BrowserWindow extends EventEmitter {
    #options;
    #page;
    #isDestroyed = false;
    /** Addresses that the main process itself loads: those do not ask `will-navigate`. */
    #ownLoads = new Set();
    webContents = Object.assign(new EventEmitter(), {
      openHandler: () => ({ action: 'allow' }),
      setWindowOpenHandler(handler) {
        this.openHandler = handler;
      },
      closeDevTools: () => undefined,
    });

    constructor(options) {
      super();
      this.#options = options;
      note('windows', options);
      app.emit('web-contents-created', {}, this.webContents);
      this.#page = this.#open();
    }

    async #open() {
      context ??= await launch(this.#options);
      const page = context.pages().find((candidate) => candidate.url() === 'about:blank') ?? (await context.newPage());
      page.on('crash', () => this.webContents.emit('render-process-gone', {}, { reason: 'crashed' }));
      page.on('close', () => {
        this.#isDestroyed = true;
        this.emit('close', {});
        this.emit('closed');
      });
      page.on('popup', (popup) => {
        const { action } = this.webContents.openHandler({ url: popup.url() });
        note('windowsOpened', action);
        if (action === 'deny') void popup.close();
      });
      page.on('download', (download) => {
        if (isPrevented(session.defaultSession, 'will-download', {})) void download.cancel();
      });
      await page.route('**/*', (route) => this.#decide(page, route));
      await page.addInitScript(preloadScript(this.#options.webPreferences.preload));
      const follow = () => page.emulateMedia({ colorScheme: nativeTheme.shouldUseDarkColors ? 'dark' : 'light' });
      nativeTheme.on('updated', () => void follow().catch(() => undefined));
      await follow();
      return page;
    }

    #decide(page, route) {
      const request = route.request();
      const url = asScheme(request.url());
      if (request.isNavigationRequest()) {
        const isMainFrame = request.frame() === page.mainFrame();
        this.webContents.emit('did-start-navigation', { url, isMainFrame, isSameDocument: false });
        const isPagesOwn = !this.#ownLoads.delete(url.split('#')[0]);
        const event = isMainFrame ? 'will-navigate' : 'will-frame-navigate';
        if (isPagesOwn && isPrevented(this.webContents, event, { url })) {
          note('navigations', { url, prevented: true });
          return route.abort('aborted');
        }
        if (isPagesOwn) note('navigations', { url, prevented: false });
      }
      if (session.cancels(url)) {
        note('cancelled', url);
        return route.abort('blockedbyclient');
      }
      return route.continue();
    }

    async loadURL(url) {
      const page = await this.#page;
      this.#ownLoads.add(url.split('#')[0]);
      await page.goto(await asLoopback(url));
      this.#ownLoads.clear();
    }

    async reload() {
      const page = await this.#page;
      this.#ownLoads.add(asScheme(page.url()).split('#')[0]);
      await page.reload();
    }

    isDestroyed = () => this.#isDestroyed;
    isMinimized = () => false;
    restore() {}
    show() {}
    focus() {}
    getNormalBounds = () => ({ x: 10, y: 20, width: this.#options.width, height: this.#options.height });
  };

  async function launch({ width, height }) {
    const profile = join(app.getPath('userData'), 'chromium');
    const debugging = process.argv.find((word) => word.startsWith('--remote-debugging-port='));
    const launched = await chromium.launchPersistentContext(profile, {
      executablePath: '/usr/bin/chromium',
      args: [...CHROMIUM_FLAGS, ...(debugging ? [debugging] : [])],
      viewport: { width, height },
    });
    await launched.exposeBinding('__invoke', ({ frame }, channel, argument) => {
      const senderFrame = { url: asScheme(frame.url()), parent: frame.parentFrame() };
      return ipcHandlers.get(channel)({ senderFrame }, argument);
    });
    if (debugging) {
      const [port, path] = readFileSync(join(profile, 'DevToolsActivePort'), 'utf8').split('\n');
      process.stderr.write(`DevTools listening on ws://127.0.0.1:${port}${path}\n`);
    }
    app.beforeExit.push(() => launched.close());
    return launched;
  }
}

/** True when a handler of `event` called preventDefault. */
function isPrevented(emitter, event, details) {
  let prevented = false;
  emitter.emit(event, { ...details, preventDefault: () => (prevented = true) });
  return prevented;
}

/** The built preload, with the only module that a sandboxed preload may load. */
function preloadScript(path) {
  return `(() => {
    const electron = {
      contextBridge: { exposeInMainWorld: (name, value) => Object.defineProperty(window, name, { value, writable: false }) },
      ipcRenderer: { invoke: (...args) => window.__invoke(...args) },
    };
    const require = (name) => {
      if (name !== 'electron') throw new Error('a sandboxed preload has only electron');
      return electron;
    };
    const module = { exports: {} };
    (function (require, module, exports) {
      ${readFileSync(path, 'utf8')}
    })(require, module, module.exports);
  })();`;
}
