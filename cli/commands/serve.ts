// `portolan serve`: the host and its web pages in the foreground, until Ctrl-C.
import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import { PortolanError } from '../../shared/errors.ts';
import { define } from '../command.ts';
import { openInBrowser } from '../../host/open-in-browser.ts';
import { printJsonLine, printLine } from '../output.ts';
import { runningHost } from '../running-host.ts';
import { wholeNumber } from '../whole-number.ts';

export function serveCommand(program: Command): void {
  const command = program
    .command('serve')
    .description('host and web pages in the foreground')
    .option('--port <n>', 'port on 127.0.0.1 (default: a free one)', wholeNumber('--port', 0, 65_535), 0)
    .option('--no-open', 'do not open a browser');
  define(command, async (options) => {
    const { runHost } = await import('../../host/run-host.ts');
    const { forbidCoreDump } = await import('../../host/core-dumps.ts');
    await forbidCoreDump();
    const ended = runHost({ env: process.env, load: async () => (await import('../../host/host.ts')).createHost });
    const another = ended.then(({ kind }) => kind === 'another');
    const waiting = new AbortController();
    const client = await Promise.race([ownHost(waiting.signal), another.then(() => undefined)]).finally(() =>
      waiting.abort(),
    );
    if (!client) {
      throw new PortolanError('HOST_BUSY', 'a host of this data directory is already running', {
        hint: 'run "portolan" to open its pages, or "portolan host stop" first',
      });
    }
    const { url, base } = await client.system.openWeb({ port: options['port'] as number });
    // As long as this stream is open the host is in use and does not leave by itself.
    void client.system
      .events()
      .then(async (events) => {
        for await (const _event of events);
      })
      .catch(() => undefined);
    if (options.json) printJsonLine({ url, base, pid: process.pid });
    else
      printLine(
        `Portolan is running in this terminal; Ctrl-C stops it. Open this address within two minutes (it works once):\n  ${url}`,
      );
    if (options['open'] !== false) await openInBrowser(url);
    const end = await ended;
    return end.kind === 'left' ? end.exitCode : 1;
  });
}

/** Resolves when the host in this very process answers. */
async function ownHost(signal: AbortSignal) {
  while (!signal.aborted) {
    const running = await runningHost(process.env);
    if (running?.pid === process.pid) return running.client;
    await delay(10);
  }
  return undefined;
}
