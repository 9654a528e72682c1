// `npm run bench`: Portolan beside the bridges that people use today, in one interleaved run on the same upstream server.
// Absolute figures move with the machine; compare rows of one run. Options: --rounds N, --calls N, --only name,name, --json.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { treeMemory } from './memory.mjs';
import { RawClient } from './raw-client.mjs';
import { markdownTable, median, number, quantile } from './statistics.mjs';

const root = join(import.meta.dirname, '..');
const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '9' },
    calls: { type: 'string', default: '2000' },
    only: { type: 'string' },
    json: { type: 'boolean' },
  },
});
const rounds = Number(options.rounds);
const calls = Number(options.calls);

const home = mkdtempSync(join(tmpdir(), 'portolan-bench-'));
const cli = join(root, 'dist', 'cli', 'main.js');
const portolan = (...args) =>
  execFileSync(process.execPath, [cli, ...args], { env: { ...process.env, PORTOLAN_HOME: home }, encoding: 'utf8' });
const upstream = spawn(process.execPath, [join(root, 'bench', 'upstream.mjs')], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
const port = await new Promise((resolve) => upstream.stdout.once('data', (text) => resolve(Number(text))));
const url = `http://127.0.0.1:${port}/mcp`;
const peer = (name, entry, ...args) => ({
  command: process.execPath,
  args: [join(root, 'bench', 'peers', 'node_modules', name, entryOf(name, entry)), ...args],
  env: {},
});

const stdioServer = join(root, 'bench', 'upstream.mjs');
const BRIDGES = {
  'portolan → HTTP': () => ({
    command: process.execPath,
    args: [cli, 'connect', 'bench'],
    env: { PORTOLAN_HOME: home },
  }),
  'portolan → stdio': () => ({
    command: process.execPath,
    args: [cli, 'connect', 'bench-stdio'],
    env: { PORTOLAN_HOME: home },
  }),
  'direct stdio': () => ({ command: process.execPath, args: [stdioServer, 'stdio'], env: {} }),
  'mcp-remote': () => peer('mcp-remote', 'mcp-remote', url, '--allow-http', '--transport', 'http-only'),
  supergateway: () => peer('supergateway', 'supergateway', '--streamableHttp', url, '--logLevel', 'none'),
};
const names = Object.keys(BRIDGES).filter(
  (name) => !options.only || options.only.split(',').some((part) => name.includes(part)),
);
const results = Object.fromEntries(
  names.map((name) => [name, { cold: [], latency: [], rate: [], rss: [], pss: [], fault: undefined }]),
);

try {
  portolan('add', 'bench', '--url', url, '--type', 'streamable-http');
  portolan('add', 'bench-stdio', '--', process.execPath, stdioServer, 'stdio');
  portolan('tools', 'bench');
  const empty = [];
  for (let round = 0; round < rounds; round += 1) {
    const started = performance.now();
    execFileSync(process.execPath, ['-e', '0']);
    empty.push(performance.now() - started);
    for (const name of names) await attempt(name, () => coldStart(name));
    process.stderr.write(`bench: round ${round + 1} of ${rounds}\n`);
  }
  for (const name of names) await attempt(name, () => load(name));
  const noHost = names.some((name) => name.startsWith('portolan')) ? await coldWithoutHost() : Number.NaN;
  report(median(empty), noHost);
} finally {
  portolan('host', 'stop');
  upstream.kill();
  rmSync(home, { recursive: true, force: true });
}

async function attempt(name, work) {
  if (results[name].fault) return;
  await work().catch((error) => {
    results[name].fault = error.message;
  });
}

async function coldStart(name) {
  const client = new RawClient(BRIDGES[name]());
  try {
    results[name].cold.push(await client.coldStart());
  } finally {
    await client.close();
  }
}

/** Serial latency, throughput with 64 in flight, and memory, all in one session. */
async function load(name) {
  const client = new RawClient(BRIDGES[name]());
  const result = results[name];
  try {
    await client.coldStart();
    const call = () => client.request('tools/call', { name: 'echo', arguments: { message: 'hello' } });
    for (let warm = 0; warm < 200; warm += 1) await call();
    const memory = treeMemory(client.child.pid);
    result.rss.push(memory.rss);
    result.pss.push(memory.pss);
    for (let made = 0; made < calls; made += 1) {
      const started = performance.now();
      await call();
      result.latency.push(performance.now() - started);
    }
    let left = calls * 2;
    const started = performance.now();
    await Promise.all(
      Array.from({ length: 64 }, async () => {
        while (left-- > 0) await call();
      }),
    );
    result.rate.push((calls * 2) / ((performance.now() - started) / 1000));
  } finally {
    await client.close();
  }
}

async function coldWithoutHost() {
  const samples = [];
  for (let round = 0; round < Math.min(rounds, 5); round += 1) {
    portolan('host', 'stop');
    const client = new RawClient(BRIDGES['portolan → HTTP']());
    samples.push(await client.coldStart());
    await client.close();
  }
  return median(samples);
}

function report(empty, noHost) {
  const rows = names.map((name) => {
    const { cold, latency, rate, rss, pss, fault } = results[name];
    if (fault) return [name, fault, '', '', '', '', '', ''];
    return [
      name,
      number(median(cold), 0),
      `${number(median(cold) / empty)} x`,
      number(median(latency), 2),
      number(quantile(latency, 0.99), 2),
      number(median(rate), 0),
      number(median(rss), 0),
      number(median(pss), 0),
    ];
  });
  const header = [
    'bridge',
    'cold start to tools/list, ms',
    'x empty Node',
    'call p50 ms',
    'p99 ms',
    'calls/s, 64 in flight',
    'RSS MB',
    'PSS MB',
  ];
  const text = [
    `${cpus().length} x ${cpus()[0]?.model ?? 'CPU'}, Node ${process.version}, ${rounds} rounds, ${calls} calls; empty Node ${number(empty)} ms`,
    '',
    markdownTable(header, rows),
    '',
    `portolan → HTTP with no host running: ${number(noHost, 0)} ms`,
  ].join('\n');
  console.log(options.json ? JSON.stringify({ empty, noHost, results }) : text);
  mkdirSync(join(root, 'bench', 'results'), { recursive: true });
  writeFileSync(join(root, 'bench', 'results', 'latest.md'), `${text}\n`);
}

function entryOf(name, bin) {
  const manifest = JSON.parse(readFileSync(join(root, 'bench', 'peers', 'node_modules', name, 'package.json'), 'utf8'));
  return typeof manifest.bin === 'string' ? manifest.bin : manifest.bin[bin];
}
