// Results of 1, 4 and 50 MB and a list of 2,000 tools.
import { HttpClient } from '../http-client.mjs';
import { RawClient } from '../raw-client.mjs';
import { atMost, median, number, timed } from '../statistics.mjs';

const SIZES = [1, 4, 50];
const MB = 1_000_000;

export const largeResults = {
  name: 'large-results',
  async run({ world, rounds }) {
    const url = world.url('/tools/2000');
    const home = world.home({ many: url });
    const direct = new HttpClient(url);
    await direct.initialize();
    const lanes = [
      { name: 'direct HTTP', client: direct, sizes: SIZES },
      { name: 'portolan', client: await open(home.connect('many')), sizes: SIZES },
    ];
    for (const [name, bridge] of Object.entries(world.peers(url)))
      lanes.push({ name, client: await open(bridge), sizes: SIZES.slice(0, 2) });
    for (const lane of lanes) lane.took = Object.fromEntries([...SIZES, 'list'].map((what) => [what, []]));
    for (let round = 0; round < rounds; round += 1) {
      for (const lane of lanes) {
        for (const size of lane.sizes) await sample(lane, size, () => lane.client.request('tools/call', sized(size)));
        await sample(lane, 'list', () => lane.client.request('tools/list', {}));
      }
    }
    for (const { client } of lanes) await client.close();
    return report(lanes);
  },
};

async function open(bridge) {
  const client = new RawClient(bridge);
  await client.coldStart();
  return client;
}

function sized(size) {
  return { name: 'echo', arguments: { bytes: size * MB } };
}

/** Twice, the second counts; a lane that refuses shows a dash. */
async function sample(lane, what, work) {
  try {
    await work();
    lane.took[what].push(await timed(work));
  } catch {
    lane.took[what].push(Number.NaN);
  }
}

function report(lanes) {
  const { took } = lanes.find(({ name }) => name === 'portolan');
  return {
    rows: [
      atMost('result of 1 MB', median(took[1]), 12),
      atMost('result of 50 MB beside 4 MB', median(took[50]) / median(took[4]), 12, { unit: 'x' }),
      atMost('tools/list of 2,000 tools', median(took.list), 6),
    ],
    tables: [
      {
        title: 'Large answers, ms',
        header: ['way', ...SIZES.map((size) => `${size} MB`), '2,000 tools'],
        rows: lanes.map(({ name, took: its }) => [
          name,
          ...[...SIZES, 'list'].map((what) => number(median(its[what]))),
        ]),
      },
    ],
  };
}
