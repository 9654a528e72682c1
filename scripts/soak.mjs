// `npm run soak`: hours of use in minutes. Ten clients call five servers through Portolan, local and remote ones, with progress and
// cancellations, while servers and clients are ended and started again. In the end nothing may have grown or been lost.
// Options: --minutes N (10). One line a minute; the exit code is 1 when something is wrong. Linux only: it reads /proc.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { SoakClient } from '../bench/soak-client.mjs';
import { build } from './build.mjs';

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '10' } } });
const totalMs = Number(values.minutes) * 60_000;
const root = join(import.meta.dirname, '..');
const home = mkdtempSync(join(tmpdir(), 'portolan-soak-'));
const env = { ...process.env, PORTOLAN_HOME: home };
const cli = join(root, 'dist', 'cli', 'main.js');
const server = join(root, 'bench', 'soak-server.mjs');
const portolan = (...args) => execFileSync(process.execPath, [cli, ...args], { env, encoding: 'utf8' });
const { tally } = SoakClient;
const faults = [];
const NAMES = ['local-1', 'local-2', 'local-3', 'remote-1', 'remote-2'];
/** Longer than an idle socket is kept. */
const CALM_MS = 8_000;
const MAX_GROWTH_MB = 12;
const MAX_MORE_FDS = 5;

const remotes = new Map();
const clients = [];
let isPaused = false;
let restarts = 0;
await build();
try {
  for (const name of NAMES) await addServer(name);
  for (let n = 0; n < 10; n += 1) clients[n] = await connect(n);
  const host = JSON.parse(readFileSync(join(home, 'run', 'host.json'), 'utf8')).pid;
  await soak(host);
} finally {
  await Promise.all(clients.map((client) => client.close()));
  for (const child of remotes.values()) child.kill('SIGKILL');
  const verdict = execFileSync(process.execPath, [cli, 'audit', 'verify', '--json'], { env, encoding: 'utf8' });
  console.log(`audit: ${verdict.trim()}`);
  portolan('host', 'stop');
}
await delay(2_000);
const orphans = processesWith(home);
if (orphans.length > 0) faults.push(`left running: ${orphans.join(', ')}`);
rmSync(home, { recursive: true, force: true });
faults.push(...tally.faults);
console.log(faults.length === 0 ? 'soak: nothing grew and nothing was lost' : `soak: ${faults.length} faults`);
for (const fault of faults.slice(0, 20)) console.log(`  ${fault}`);
process.exitCode = faults.length === 0 ? 0 : 1;

async function addServer(name) {
  if (!name.startsWith('remote')) {
    portolan('add', name, '--', process.execPath, server, 'stdio', home);
    return;
  }
  const port = await startRemote(name, 0);
  portolan('add', name, '--url', `http://127.0.0.1:${port}/mcp`, '--type', 'streamable-http');
}

async function startRemote(name, port) {
  const child = spawn(process.execPath, [server, 'http', String(port), home], { stdio: ['ignore', 'pipe', 'inherit'] });
  remotes.set(name, child);
  return new Promise((resolve) => child.stdout.once('data', (text) => resolve(Number(text))));
}

async function connect(n) {
  for (;;) {
    const client = new SoakClient({ command: process.execPath, args: [cli, 'connect', NAMES[n % NAMES.length]], env });
    if (await client.initialize()) return client;
    // Its server is being ended just now.
    await client.close();
    await delay(1_000);
  }
}

/** Traffic and troubles until the time is over, with a calm at the end of the warm-up and one at the end. */
async function soak(host) {
  const started = performance.now();
  const left = () => totalMs - (performance.now() - started);
  let isOver = false;
  const lanes = clients.flatMap((_, n) => [0, 1, 2].map(() => lane(n, () => isOver)));
  const warmUpMs = Math.min(totalMs / 3, 120_000);
  const troubled = trouble(() => left() < 10_000);
  await minutes(host, () => totalMs - left() < warmUpMs);
  const before = await calm(host);
  const samples = [];
  await minutes(
    host,
    () => left() > 0,
    (rss) => samples.push({ at: performance.now(), rss }),
  );
  isOver = true;
  await troubled;
  await Promise.all(lanes);
  const after = await calm(host);
  report(host, { before, after, samples });
}

/** Prints a line a minute while `goesOn`, and samples the memory every two seconds. */
async function minutes(host, goesOn, sample = () => undefined) {
  let nextLine = performance.now() + 60_000;
  while (goesOn()) {
    await delay(2_000);
    sample(figures(host).rssMb);
    if (performance.now() < nextLine) continue;
    nextLine += 60_000;
    line(host, 'under load');
  }
}

async function lane(n, isOver) {
  while (!isOver()) {
    if (isPaused) await delay(50);
    else {
      await clients[n].step();
      await delay(Math.random() * 200);
    }
  }
}

/** Every five seconds something ends: a local server, a client, a remote server. */
async function trouble(isOver) {
  for (let round = 0; !isOver(); round += 1) {
    await delay(5_000);
    if (isPaused) continue;
    restarts += 1;
    const n = Math.floor(Math.random() * clients.length);
    if (round % 3 === 0) {
      const local = clients.filter((_, at) => !NAMES[at % NAMES.length].startsWith('remote'));
      await local[n % local.length].endServer();
    } else if (round % 3 === 1) {
      const leaving = clients[n];
      clients[n] = await connect(n);
      await leaving.close();
    } else await restartRemote(`remote-${1 + (round % 2)}`);
  }
}

async function restartRemote(name) {
  const url = JSON.parse(readFileSync(join(home, 'catalog.json'), 'utf8')).mcpServers[name].url;
  const child = remotes.get(name);
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
  await startRemote(name, Number(new URL(url).port));
}

/** The figures when nothing is under way and no idle socket is left. */
async function calm(host) {
  isPaused = true;
  await delay(CALM_MS);
  const result = figures(host);
  line(host, 'at rest');
  isPaused = false;
  return result;
}

function report(host, { before, after, samples }) {
  const slope = slopeOf(samples);
  const growth = (slope * (samples.at(-1).at - samples[0].at)) / 3_600_000;
  console.log(`memory: ${slope.toFixed(1)} MB/h under load after the warm-up (${growth.toFixed(1)} MB in this run)`);
  console.log(
    `files: ${before.fds} open at rest after the warm-up, ${after.fds} at the end; threads ${before.threads}, ${after.threads}`,
  );
  if (growth > MAX_GROWTH_MB) faults.push(`memory grew by ${growth.toFixed(1)} MB`);
  if (after.fds > before.fds + MAX_MORE_FDS) faults.push(`open files grew from ${before.fds} to ${after.fds}`);
  if (after.threads > before.threads) faults.push(`threads grew from ${before.threads} to ${after.threads}`);
  const children = processesWith(home).filter((pid) => parentOf(pid) === host).length;
  const sessions = clients.filter((_, n) => !NAMES[n % NAMES.length].startsWith('remote')).length;
  if (children > sessions) faults.push(`${children} local servers run for ${sessions} sessions`);
}

function line(host, when) {
  const { rssMb, fds, threads } = figures(host);
  const { answered, failed, cancelled, progress } = tally;
  console.log(
    `${when}: ${answered} answered, ${failed} failed honestly, ${cancelled} cancelled, ${progress} progress, ${restarts} restarts; ` +
      `host ${rssMb.toFixed(1)} MB, ${fds} files, ${threads} threads`,
  );
}

function figures(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const number = (name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1]);
  return { rssMb: number('VmRSS') / 1024, fds: readdirSync(`/proc/${pid}/fd`).length, threads: number('Threads') };
}

/** Megabytes an hour, by least squares. */
function slopeOf(samples) {
  const mean = (pick) => samples.reduce((sum, each) => sum + pick(each), 0) / samples.length;
  const [at, rss] = [mean((each) => each.at), mean((each) => each.rss)];
  const above = samples.reduce((sum, each) => sum + (each.at - at) * (each.rss - rss), 0);
  const below = samples.reduce((sum, each) => sum + (each.at - at) ** 2, 0);
  return (above / below) * 3_600_000;
}

/** Processes that carry this run's folder in their command line. */
function processesWith(mark) {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) return [];
    try {
      const isZombie = /^State:\s+Z/m.test(readFileSync(`/proc/${name}/status`, 'utf8'));
      return !isZombie && readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(mark) ? [Number(name)] : [];
    } catch {
      return [];
    }
  });
}

function parentOf(pid) {
  return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}
