// Turning the loopback web host on and off, and the links that open it.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../core/base/clock.ts';
import type { Logger } from '../core/base/logger.ts';
import type { StaticFiles } from './static-files.ts';
import { openWebHost, type WebHost } from './web-host.ts';
import { WebSessions } from './web-sessions.ts';

export interface WebControl {
  /** Base address while the web host is on. */
  readonly base: string | undefined;
  /** Live browser sessions. */
  readonly sessions: number;
  /** Turns it on if it is off and gives a URL that opens it once within two minutes. Throws ADDRESS_IN_USE. */
  open(port: number): Promise<{ url: string; base: string }>;
  /** Ends every browser session at once; how many there were. */
  revoke(): number;
  close(): Promise<void>;
}

/** `files`: the built window. Off until `open`. */
export function createWebControl(options: {
  files: StaticFiles;
  rpc(req: IncomingMessage, res: ServerResponse): Promise<void>;
  logger: Logger;
  clock: Clock;
  onSessionEnded(id: string): void;
}): WebControl {
  const sessions = new WebSessions({ clock: options.clock, onEnded: (id) => options.onSessionEnded(id) });
  // One opening at a time: two requests at once must not open two ports.
  let host: Promise<WebHost> | undefined;
  let opened: WebHost | undefined;
  const open = async (port: number): Promise<WebHost> => {
    const { logger, files } = options;
    const rpc: typeof options.rpc = (req, res) => options.rpc(req, res);
    return openWebHost({ port, sessions, files, rpc, logger });
  };
  return {
    get base() {
      return opened?.base;
    },
    get sessions() {
      return sessions.size;
    },
    open: async (port) => {
      host ??= open(port);
      try {
        opened = await host;
      } catch (error) {
        host = undefined;
        throw error;
      }
      // In the fragment: it is never sent, logged or kept in a referrer.
      return { url: `${opened.base}/#code=${sessions.createCode()}`, base: opened.base };
    },
    revoke: () => sessions.endAll(),
    close: async () => {
      sessions.endAll();
      await (await host?.catch(() => undefined))?.close();
      host = undefined;
      opened = undefined;
    },
  };
}
