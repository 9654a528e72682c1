// Whether a shim grows with the calls that pass through it, and whether every progress notification arrives.
import { memory } from '../processes.mjs';
import { RawClient } from '../raw-client.mjs';
import { atLeast, atMost, inParallel, number } from '../statistics.mjs';
import { stdioServer } from '../world.mjs';

const WARM = 5000;
const CALLS = 10_000;
/** What the collector of a warm process moves by itself. */
const NOISE_MB = 3;
const ASKED = 10;

export const growth = {
  name: 'growth',
  async run({ world }) {
    const home = world.home({ http: world.url() });
    const client = new RawClient(home.connect('http'));
    await client.coldStart();
    await inParallel(WARM, 8, () => client.echo());
    const before = memory(client.pid).rss;
    await inParallel(CALLS, 8, () => client.echo());
    const after = memory(client.pid).rss;
    await client.close();
    return {
      rows: [atMost(`growth of a shim in ${number(CALLS, 0)} calls`, after - before, NOISE_MB, { unit: 'MB' })],
      tables: [],
    };
  },
};

export const progress = {
  name: 'progress',
  async run({ world }) {
    const home = world.home({ http: world.url(), stdio: stdioServer });
    const bridges = {
      'portolan → HTTP': home.connect('http'),
      'portolan → stdio': home.connect('stdio'),
      ...world.peers(world.url()),
    };
    const counts = {};
    for (const [name, bridge] of Object.entries(bridges)) counts[name] = await delivered(bridge);
    return {
      rows: ['HTTP', 'stdio'].map((kind) =>
        atLeast(`progress notifications delivered, ${kind}`, counts[`portolan → ${kind}`], ASKED),
      ),
      tables: [
        {
          title: `Progress notifications delivered, of ${ASKED}`,
          header: ['bridge', 'delivered'],
          rows: Object.entries(counts).map(([name, count]) => [name, number(count, 0)]),
        },
      ],
    };
  },
};

async function delivered(bridge) {
  const client = new RawClient(bridge);
  try {
    await client.coldStart();
    const params = { name: 'echo', arguments: { progress: true }, _meta: { progressToken: 'bench' } };
    await client.request('tools/call', params);
    // Answered after the call on the same stream: whatever was sent before has arrived.
    await client.request('ping', {}).catch(() => undefined);
    return client.notifications.filter(({ method }) => method === 'notifications/progress').length;
  } finally {
    await client.close();
  }
}
