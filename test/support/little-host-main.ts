// A real host process over the little parts: the same life, sockets and procedures as the product's, with no core part.
// `LITTLE_FAIL=1` makes its construction fail.
import { assembleHost } from '../../host/assemble-host.ts';
import { EventHub } from '../../host/events.ts';
import { runHost } from '../../host/run-host.ts';
import { PortolanError } from '../../shared/errors.ts';
import { littleParts } from './little-parts.ts';

const outcome = await runHost({
  env: process.env,
  load: async () => async (environment) => {
    if (process.env['LITTLE_FAIL'] === '1') throw new PortolanError('STATE_NEWER', 'made by a newer Portolan');
    const core = littleParts(Number(process.env['LITTLE_IDLE_MINUTES'] ?? '10'));
    process.on('SIGUSR2', () => core.release());
    const events = new EventHub();
    const abandon = async () => undefined;
    return assembleHost({ core, environment, events, filesDir: '/nonexistent', shutdown: [], abandon });
  },
});
process.exit(outcome.kind === 'left' ? outcome.exitCode : 0);
