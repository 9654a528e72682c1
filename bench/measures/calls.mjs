// Tool calls one after another and 64 at once: what a bridge adds to the direct way in the same round, calls per second,
// processor time. All sessions stay open; the rounds go through all of them in turn.
import { HttpClient } from '../http-client.mjs';
import { cpuMs, tree } from '../processes.mjs';
import { RawClient } from '../raw-client.mjs';
import { atLeast, atMost, inParallel, median, number, quantile, timed } from '../statistics.mjs';
import { stdioServer } from '../world.mjs';

const IN_FLIGHT = 64;

export const calls = {
  name: 'calls',
  async run({ world, rounds, calls: count }) {
    const servers = { http: world.url(), stdio: stdioServer };
    const home = world.home(servers);
    const strict = world.home(servers, { settings: { auditDurability: 'strict' } });
    const lanes = [
      await directLane(world.url()),
      await lane('portolan → HTTP', home.connect('http'), home.hostPid),
      await lane('portolan → HTTP, strict audit', strict.connect('http'), strict.hostPid),
      await lane('direct stdio', stdioServer),
      await lane('portolan → stdio', home.connect('stdio'), home.hostPid),
    ];
    for (const [name, bridge] of Object.entries(world.peers(world.url()))) lanes.push(await lane(name, bridge));
    for (const { client } of lanes) for (let warm = 0; warm < 300; warm += 1) await client.echo();
    for (let round = 0; round < rounds; round += 1) for (const one of lanes) await measure(one, count);
    for (const { client } of lanes) await client.close();
    return report(Object.fromEntries(lanes.map((one) => [one.name, one])));
  },
};

async function lane(name, bridge, hostPid) {
  const client = new RawClient(bridge);
  await client.coldStart();
  const pids = hostPid ? [client.pid, hostPid] : tree(client.pid);
  return { name, client, pids, p50: [], p99: [], rate: [], cpu: [] };
}

async function directLane(url) {
  const client = new HttpClient(url);
  await client.initialize();
  return { name: 'direct HTTP', client, pids: [], p50: [], p99: [], rate: [], cpu: [] };
}

async function measure({ client, pids, p50, p99, rate, cpu }, count) {
  const latency = [];
  for (let made = 0; made < count; made += 1) latency.push(await timed(() => client.echo()));
  p50.push(median(latency));
  p99.push(quantile(latency, 0.99));
  const before = cpuMs(pids);
  const ms = await timed(() => inParallel(count * 2, IN_FLIGHT, () => client.echo()));
  rate.push((count * 2 * 1000) / ms);
  cpu.push(((cpuMs(pids) - before) * 1000) / (count * 2));
}

/** Median over the rounds of what one lane took more than the other in the same round. */
function added(lanes, name, base, what) {
  return median(lanes[name][what].map((value, round) => value - lanes[base][what][round]));
}

function report(lanes) {
  const peers = Object.values(lanes).filter(({ name }) => !/portolan|direct/.test(name));
  const mean = (values) => values.reduce((total, value) => total + value, 0) / values.length;
  const bestRate = Math.max(...peers.map(({ rate }) => median(rate)));
  const bestCpu = Math.min(...peers.map(({ cpu }) => mean(cpu)));
  const [http, strict, stdio] = ['portolan → HTTP', 'portolan → HTTP, strict audit', 'portolan → stdio'];
  const two = { digits: 2 };
  return {
    rows: [
      atMost('added to a call, p50, HTTP', added(lanes, http, 'direct HTTP', 'p50'), 0.15, two),
      atMost('added to a call, p99, HTTP', added(lanes, http, 'direct HTTP', 'p99'), 0.6, two),
      atMost('added to a call, p50, HTTP, strict audit', added(lanes, strict, 'direct HTTP', 'p50'), 0.5, two),
      atMost('added to a call, p99, HTTP, strict audit', added(lanes, strict, 'direct HTTP', 'p99'), 2, two),
      atMost('added to a call, p50, stdio', added(lanes, stdio, 'direct stdio', 'p50'), 0.12, two),
      atLeast(
        `calls/s, ${IN_FLIGHT} in flight, 4 x the best peer`,
        median(lanes[http].rate),
        peers.length > 0 ? 4 * bestRate : Number.NaN,
      ),
      atMost(
        'processor time per 1,000 calls, 1/4 of the best peer',
        mean(lanes[http].cpu),
        peers.length > 0 ? bestCpu / 4 : Number.NaN,
        { digits: 0 },
      ),
    ],
    tables: [
      {
        title: 'Calls',
        header: ['way', 'p50 ms', 'p99 ms', `calls/s, ${IN_FLIGHT} in flight`, 'processor ms per 1,000 calls'],
        rows: Object.values(lanes).map(({ name, p50, p99, rate, cpu, pids }) => [
          name,
          number(median(p50), 2),
          number(median(p99), 2),
          number(median(rate), 0),
          pids.length > 0 ? number(mean(cpu), 0) : '-',
        ]),
      },
    ],
  };
}
