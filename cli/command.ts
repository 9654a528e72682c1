// The frame of every command: `--json`, a host that is there, and one place where failures become exit codes.
import type { Command } from 'commander';
import type { HostClient } from '../host/control-client.ts';
import { reportError, type OutputOptions } from './output.ts';

/** Adds `--json` and runs `action`; what it throws is reported and sets the exit status. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the types of a command's words are told by its file
export function define<Args extends unknown[]>(
  command: Command,
  action: (options: OutputOptions & Record<string, unknown>, ...args: Args) => Promise<number | void>,
): Command {
  return command.option('--json', 'print JSON instead of text').action(async (...given: unknown[]) => {
    const options = given.at(-2) as OutputOptions & Record<string, unknown>;
    const args = given.slice(0, -2) as Args;
    try {
      const code = await action(options, ...args);
      if (typeof code === 'number') process.exitCode = code;
    } catch (error) {
      process.exitCode = reportError(error, options);
    }
  });
}

/** A client of the running host; starts one when none answers. Throws HOST_UNREACHABLE. */
export async function host(): Promise<HostClient> {
  const { ensureHost, createClient } = await import('../host/control-client.ts');
  const { socket } = await ensureHost(process.env);
  return createClient(socket);
}

/** Aborts when the person presses Ctrl-C, so that streams end in order. */
export function interrupted(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort());
  return controller.signal;
}
