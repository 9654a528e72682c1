// From the start of a process to the answered tools/list, beside an empty Node start.
import { execFileSync } from 'node:child_process';
import { RawClient } from '../raw-client.mjs';
import { atMost, median, number, timed } from '../statistics.mjs';
import { stdioServer } from '../world.mjs';

export const coldStart = {
  name: 'cold-start',
  async run({ world, rounds }) {
    const home = world.home({ near: world.url(), far: world.url('', { far: true }) });
    // A server is known once a client has used it: then its handshake and its lists are kept.
    for (const server of ['near', 'far']) await started(home.connect(server));
    const peers = world.peers(world.url());
    const distant = world.peers(world.url('', { far: true }));
    const bridges = {
      'direct stdio': stdioServer,
      portolan: home.connect('near'),
      'portolan, server 50 ms away': home.connect('far'),
      ...peers,
      ...Object.fromEntries(Object.entries(distant).map(([name, bridge]) => [`${name}, server 50 ms away`, bridge])),
    };
    const samples = Object.fromEntries(['empty Node', ...Object.keys(bridges)].map((name) => [name, []]));
    for (let round = 0; round < rounds; round += 1) {
      samples['empty Node'].push(await timed(() => execFileSync(process.execPath, ['-e', '0'])));
      for (const [name, bridge] of Object.entries(bridges)) samples[name].push(await started(bridge));
    }
    const noHost = [];
    for (let round = 0; round < Math.min(rounds, 5); round += 1) {
      home.stop();
      noHost.push(await started(home.connect('near')));
    }
    samples['portolan, no host running'] = noHost;
    const empty = median(samples['empty Node']);
    const of = (name) => median(samples[name] ?? []);
    return {
      rows: [
        atMost('cold start, host running', of('portolan') / empty, 1.35, { unit: 'x empty Node', digits: 2 }),
        atMost('cold start, known server 50 ms away', of('portolan, server 50 ms away') / empty, 1.5, {
          unit: 'x empty Node',
          digits: 2,
        }),
        atMost('cold start, no host', median(noHost), 400, { digits: 0 }),
        atMost('cold start, no host, beside mcp-remote', median(noHost), of('mcp-remote'), { digits: 0 }),
      ],
      tables: [
        {
          title: 'Cold start to tools/list',
          header: ['start', 'median ms', 'x empty Node', 'lowest ms'],
          rows: Object.entries(samples).map(([name, all]) => [
            name,
            number(median(all)),
            number(median(all) / empty, 2),
            number(Math.min(...all)),
          ]),
        },
      ],
    };
  },
};

async function started(bridge) {
  const client = new RawClient(bridge);
  try {
    return await client.coldStart();
  } finally {
    await client.close();
  }
}
