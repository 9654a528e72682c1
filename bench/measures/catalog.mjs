// A catalog of 5,000 servers: importing them from another client's file, listing, editing one, an edit by hand, host start.
// The targets are our own: a person waits for an import, and should not notice anything else.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient } from '../../host/control-client.ts';
import { atMost, median, number, timed } from '../statistics.mjs';

const SERVERS = 5_000;

/** `count` entries as other clients write them: two programs for each address. */
export function manyServers(count) {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => {
      const name = `server-${index + 1}`;
      const program = { command: 'npx', args: ['-y', `@acme/${name}`], env: { MODE: 'plain' } };
      return [name, index % 3 === 0 ? { type: 'http', url: `https://${name}.example/mcp` } : program];
    }),
  );
}

export const catalog = {
  name: 'catalog',
  async run({ world, rounds }) {
    const runs = { plan: [], apply: [], list: [], snapshot: [], cli: [], edit: [], hand: [], start: [], empty: [] };
    for (let round = 0; round < Math.min(rounds, 5); round += 1) {
      const home = world.home({}, { idle: true });
      runs.empty.push(await timed(() => home.portolanLater('host', 'start')));
      await measure(home, runs);
      home.stop();
      runs.start.push(await timed(() => home.portolanLater('host', 'start')));
      home.stop();
    }
    const of = (what) => median(runs[what]);
    return {
      rows: [
        atMost(`import of ${SERVERS} servers: plan`, of('plan'), 1500, { digits: 0 }),
        atMost(`import of ${SERVERS} servers: apply`, of('apply'), 1500, { digits: 0 }),
        atMost(`list of ${SERVERS} servers, contract`, of('list'), 300, { digits: 0 }),
        atMost(`list of ${SERVERS} servers, command line`, of('cli'), 800, { digits: 0 }),
        atMost(`one of ${SERVERS} servers edited`, of('edit'), 500, { digits: 0 }),
        atMost(`one of ${SERVERS} servers edited by hand, until in force`, of('hand'), 700, { digits: 0 }),
        atMost(`host start with ${SERVERS} servers, beyond an empty one`, of('start') - of('empty'), 500, {
          digits: 0,
        }),
      ],
      tables: [
        {
          title: `A catalog of ${SERVERS} servers, ms`,
          header: ['case', 'median', 'lowest'],
          rows: Object.entries(runs).map(([name, all]) => [name, number(of(name), 0), number(Math.min(...all), 0)]),
        },
      ],
    };
  },
};

async function measure(home, runs) {
  const file = join(home.path, 'mcp.json');
  writeFileSync(file, JSON.stringify({ mcpServers: manyServers(SERVERS) }, undefined, 2));
  const client = createClient(join(home.path, 'run', 'host.sock'));
  let plan;
  runs.plan.push(await timed(async () => (plan = await client.clients.planImport({ path: file, client: 'cursor' }))));
  if (plan.rows.length !== SERVERS) throw new Error(`the plan has ${plan.rows.length} rows`);
  runs.apply.push(await timed(() => client.clients.applyImport({ planId: plan.planId })));
  runs.list.push(await timed(() => client.catalog.list()));
  runs.snapshot.push(await timed(() => client.system.snapshot()));
  runs.cli.push(await timed(() => home.portolanLater('list', '--json')));
  runs.edit.push(await timed(() => client.catalog.setEnabled({ name: 'server-2500', enabled: false })));
  const path = join(home.path, 'catalog.json');
  const text = readFileSync(path, 'utf8').replace('@acme/server-2501"', '@acme/by-hand"');
  runs.hand.push(
    await timed(async () => {
      writeFileSync(path, text);
      for (;;) {
        const { endpoint } = await client.catalog.get({ name: 'server-2501' });
        if (endpoint.type === 'stdio' && endpoint.args.includes('@acme/by-hand')) return;
      }
    }),
  );
}
