// `portolan host status|start|stop|restart`.
import type { Command } from 'commander';
import { define, defineGroup, host } from '../command.ts';
import { printFacts, printJson, printLine } from '../output.ts';
import { runningHost, stopHost } from '../running-host.ts';

export function hostCommand(program: Command): void {
  const group = defineGroup(program, 'host', 'the background process that owns every connection');
  define(group.command('status', { isDefault: true }).description('what the host is doing'), async (options) => {
    const running = await runningHost(process.env);
    if (!running) {
      if (options.json) printJson({ running: false });
      else printLine('No host is running. It starts by itself when something needs it.');
      return;
    }
    const status = await running.client.system.status();
    if (options.json) return printJson({ running: true, ...status });
    printFacts([
      ['pid', String(status.pid)],
      ['version', status.version],
      ['started', status.startedAt],
      ['data', status.dataDir],
      ['socket', status.socket],
      ['web', status.web],
      ['sessions', String(status.sessions)],
      ['in flight', String(status.inFlight)],
      ['memory', `${Math.round(status.rssBytes / 1_048_576)} MB`],
    ]);
  });
  define(group.command('start').description('make sure that a host runs'), async (options) => {
    const status = await (await host()).system.status();
    if (options.json) printJson(status);
    else printLine(`The host is running, pid ${status.pid}.`);
  });
  const stop = group.command('stop').description('end the host and every server it started');
  define(stop.option('--drain', 'finish the calls in flight first'), async (options) => {
    const { stopped, sessions } = await stopHost(process.env, options['drain'] === true ? 'drain' : 'now');
    if (options.json) return printJson({ stopped, sessions });
    printLine(stopped ? 'The host has stopped.' : 'No host was running.');
    if (sessions > 0)
      printLine(
        `${sessions} connected ${sessions === 1 ? 'client starts' : 'clients start'} a new one; close ${sessions === 1 ? 'it' : 'them'} to keep it stopped.`,
      );
  });
  define(
    group.command('restart').description('finish what is in flight, end the host, start a new one'),
    async (options) => {
      await stopHost(process.env, 'drain');
      const status = await (await host()).system.status();
      if (options.json) printJson(status);
      else printLine(`A new host is running, pid ${status.pid}.`);
    },
  );
}
