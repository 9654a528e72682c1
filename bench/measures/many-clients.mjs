// Twenty and fifty clients at once, and what a host holds when it does nothing.
import { memory, sum, treeMemory } from '../processes.mjs';
import { RawClient } from '../raw-client.mjs';
import { atMost, median, number, timed } from '../statistics.mjs';

const CLIENTS = 20;
const SESSIONS = 50;

export const manyClients = {
  name: 'many-clients',
  async run({ world, rounds, quick }) {
    const runs = [];
    for (let round = 0; round < Math.min(rounds, 3); round += 1) runs.push(await ours(world));
    const of = (what) => median(runs.map((run) => run[what]));
    const peers = quick ? [] : Object.entries(world.peers(world.url()));
    const others = [];
    for (const [name, bridge] of peers) others.push([name, await theirs(bridge)]);
    return {
      rows: [
        atMost(`${CLIENTS} clients and the host: all ready`, of('ready'), 700, { digits: 0 }),
        atMost(`${CLIENTS} clients and the host: PSS`, of('pss'), 300, { unit: 'MB', digits: 0 }),
        atMost('idle host, RSS', of('idle'), 90, { unit: 'MB', digits: 0 }),
        atMost(`host with ${SESSIONS} sessions, RSS`, of('sessions'), 160, { unit: 'MB', digits: 0 }),
        atMost('one shim, RSS', of('shimRss'), 50, { unit: 'MB', digits: 0 }),
        atMost('one shim, PSS', of('shimPss'), 14, { unit: 'MB', digits: 0 }),
      ],
      tables: [
        {
          title: `${CLIENTS} clients of one server`,
          header: ['bridge', 'all ready after ms', 'PSS MB of all'],
          rows: [
            ['portolan, host included', number(of('ready'), 0), number(of('pss'), 0)],
            ...others.map(([name, { ready, pss }]) => [name, number(ready, 0), number(pss, 0)]),
          ],
        },
      ],
    };
  },
};

async function ours(world) {
  const home = world.home({ http: world.url() });
  const idle = memory(home.hostPid).rss;
  home.portolan('tools', 'http');
  const first = await openAll(home.connect('http'), CLIENTS);
  const shims = first.clients.map(({ pid }) => memory(pid));
  const pss = sum([...shims, memory(home.hostPid)]).pss;
  const more = await openAll(home.connect('http'), SESSIONS - CLIENTS);
  const sessions = memory(home.hostPid).rss;
  await Promise.all([...first.clients, ...more.clients].map((client) => client.close()));
  home.stop();
  return {
    idle,
    ready: first.ready,
    pss,
    sessions,
    shimRss: median(shims.map(({ rss }) => rss)),
    shimPss: median(shims.map((shim) => shim.pss)),
  };
}

async function theirs(bridge) {
  const { clients, ready } = await openAll(bridge, CLIENTS);
  const { pss } = sum(clients.map(({ pid }) => treeMemory(pid)));
  await Promise.all(clients.map((client) => client.close()));
  return { ready, pss };
}

async function openAll(bridge, count) {
  let clients = [];
  const ready = await timed(async () => {
    clients = Array.from({ length: count }, () => new RawClient(bridge));
    await Promise.all(clients.map((client) => client.coldStart()));
  });
  return { clients, ready };
}
