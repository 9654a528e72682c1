// `npm run bench`: every speed target of Portolan with what was measured and whether it held, beside the bridges that people
// use today and the direct connection, in one interleaved run. Absolute figures move with the machine; compare within a run.
// Options: --quick (few rounds), --rounds N, --calls N, --only name,name, --json, --write (into docs/benchmarks.md).
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { calls } from './measures/calls.mjs';
import { catalog } from './measures/catalog.mjs';
import { coldStart } from './measures/cold-start.mjs';
import { gateway } from './measures/gateway.mjs';
import { growth, progress } from './measures/growth.mjs';
import { largeResults } from './measures/large-results.mjs';
import { manyClients } from './measures/many-clients.mjs';
import { profiles } from './measures/profiles.mjs';
import { tasks } from './measures/tasks.mjs';
import { uiServers } from './ui-servers.mjs';
import { ui } from './ui.mjs';
import { document, heading, summary } from './report.mjs';
import { World } from './world.mjs';

const MEASURES = [
  coldStart,
  calls,
  largeResults,
  manyClients,
  growth,
  progress,
  gateway,
  profiles,
  tasks,
  catalog,
  ui,
  uiServers,
];

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    calls: { type: 'string' },
    only: { type: 'string' },
    json: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});
const wanted = options.only?.split(',');
const measures = MEASURES.filter(({ name }) => !wanted || wanted.includes(name));
if (measures.length === 0) throw new Error(`--only takes ${MEASURES.map(({ name }) => name).join(', ')}`);
const rounds = Number(options.rounds ?? (options.quick ? 3 : 9));
const callsEach = Number(options.calls ?? (options.quick ? 300 : 1000));

const world = await World.open();
const results = [];
try {
  for (const measure of measures) {
    process.stderr.write(`bench: ${measure.name}\n`);
    try {
      results.push(await measure.run({ world, rounds, calls: callsEach, quick: options.quick }));
    } catch (error) {
      const cause = error instanceof Error ? error.message.split('\n')[0] : String(error);
      results.push({
        rows: [{ measure: measure.name, value: null, measured: cause, target: '-', verdict: 'FAILED' }],
        tables: [],
      });
    }
  }
} finally {
  world.close();
}

const head = heading({ rounds, calls: callsEach, args: process.argv.slice(2) });
console.log(options.json ? JSON.stringify({ ...head, results }, undefined, 2) : summary(head, results));
const folder = join(import.meta.dirname, 'results');
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'latest.json'), `${JSON.stringify({ ...head, results }, undefined, 2)}\n`);
if (options.write) {
  const file = join(import.meta.dirname, '..', 'docs', 'benchmarks.md');
  writeFileSync(file, document(existsSync(file) ? readFileSync(file, 'utf8') : undefined, head, results));
}
if (results.some(({ rows }) => rows.some(({ verdict }) => verdict === 'FAILED'))) process.exitCode = 1;
