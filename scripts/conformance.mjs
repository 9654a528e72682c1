// `npm run conformance`: builds, then runs the official conformance suite against Portolan and prints one line a set, with
// the failed scenarios under it. `--direct` runs the same without Portolan, which proves the test programs themselves;
// `--set "client 2026-07-28"` runs one set.
import { parseArgs } from 'node:util';
import { startGateway } from '../test/conformance/gateway-run.ts';
import { passed, report, runClientSet, runServerSet, runTaskSet } from '../test/conformance/sets.ts';
import { build } from './build.mjs';

const { values } = parseArgs({ options: { direct: { type: 'boolean' }, set: { type: 'string' } } });
const way = values.direct ? 'direct' : 'portolan';
const start = values.direct ? undefined : startGateway;
const SETS = {
  'client 2025-11-25': () => runClientSet('2025-11-25', way),
  'client 2026-07-28': () => runClientSet('2026-07-28', way),
  'client extensions': () => runClientSet('extensions', way),
  'server 2025-11-25': () => runServerSet('2025-11-25', start),
  'server 2026-07-28': () => runServerSet('2026-07-28', start),
  'server tasks': () => runTaskSet(start),
};

const chosen = Object.entries(SETS).filter(([name]) => values.set === undefined || values.set === name);
if (chosen.length === 0) throw new Error(`there is no set ${values.set}; there are ${Object.keys(SETS).join(', ')}`);
if (!values.direct) await build();
for (const [, run] of chosen) {
  const result = await run();
  console.log(report(result));
  if (passed(result) < result.outcomes.length) process.exitCode = 1;
}
