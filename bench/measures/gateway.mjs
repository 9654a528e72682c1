// The HTTP gateway in front of a stdio server, beside the bridges that do only that.
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { HttpClient } from '../http-client.mjs';
import { atLeast, atMost, inParallel, median, notBuilt, number, timed } from '../statistics.mjs';
import { peer, stdioServer } from '../world.mjs';

const IN_FLIGHT = 64;
const READY_MS = 10_000;
const STREAMABLE = ['--outputTransport', 'streamableHttp', '--stateful', '--logLevel', 'none'];

export const gateway = {
  name: 'gateway',
  async run({ world, rounds, calls: count }) {
    const home = world.home({ stdio: stdioServer });
    if (!home.knows('gateway')) return { rows: [notBuilt('gateway in front of a stdio server')], tables: [] };
    const { url } = JSON.parse(home.portolan('gateway', 'enable', '--port', '0', '--json'));
    const { token } = JSON.parse(home.portolan('gateway', 'add-client', 'bench', '--json'));
    const lanes = [await lane('portolan', `${url}/mcp/s/stdio`, { authorization: `Bearer ${token}` })];
    const children = [];
    try {
      for (const [name, start] of peers(stdioServer)) {
        const port = await freePort();
        const bridge = start(String(port));
        children.push(spawn(bridge.command, bridge.args, { stdio: 'ignore' }));
        lanes.push(await lane(name, `http://127.0.0.1:${port}/mcp`));
      }
      for (let round = 0; round < rounds; round += 1) for (const one of lanes) await measure(one, count);
    } finally {
      for (const { client } of lanes) client.close();
      for (const child of children) child.kill();
    }
    const [own] = lanes;
    return {
      rows: [
        atMost('gateway, call p50', median(own.p50), 0.4, { digits: 2 }),
        atLeast(`gateway, calls/s, ${IN_FLIGHT} in flight`, median(own.rate), 5000),
      ],
      tables: [
        {
          title: 'HTTP gateway in front of a stdio server',
          header: ['gateway', 'call p50 ms', `calls/s, ${IN_FLIGHT} in flight`],
          rows: lanes.map(({ name, p50, rate }) => [name, number(median(p50), 2), number(median(rate), 0)]),
        },
      ],
    };
  },
};

/** The installed ones, each with its command line for a port. */
function peers({ command, args }) {
  const line = [command, ...args].join(' ');
  const starts = [
    [
      'supergateway, stateful',
      (port) => peer('supergateway', 'supergateway', '--stdio', line, ...STREAMABLE, '--port', port)[1],
    ],
    [
      'mcp-proxy',
      (port) => peer('mcp-proxy', 'mcp-proxy', '--port', port, '--server', 'stream', '--', command, ...args)[1],
    ],
  ];
  return starts.filter(([, start]) => start('0') !== undefined);
}

async function lane(name, url, headers) {
  const client = new HttpClient(url, headers);
  const until = performance.now() + READY_MS;
  for (;;) {
    try {
      await client.initialize();
      break;
    } catch (error) {
      if (performance.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  for (let warm = 0; warm < 200; warm += 1) await client.echo();
  return { name, client, p50: [], rate: [] };
}

async function measure({ client, p50, rate }, count) {
  const latency = [];
  for (let made = 0; made < count; made += 1) latency.push(await timed(() => client.echo()));
  p50.push(median(latency));
  const ms = await timed(() => inParallel(count * 2, IN_FLIGHT, () => client.echo()));
  rate.push((count * 2 * 1000) / ms);
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
