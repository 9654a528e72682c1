// Entry of the detached host process. Nothing but the start: `run-host.ts` is its life, `host.ts` what it serves.
import { runHost } from './run-host.ts';

// The process was started by whatever needed it first; nothing of that one's working place is kept.
delete process.env['NODE_OPTIONS'];

const outcome = await runHost({
  env: process.env,
  load: async () => (await import('./host.ts')).createHost,
});
// Open handles must not keep a host alive that has left.
process.exit(outcome.kind === 'left' ? outcome.exitCode : 0);
