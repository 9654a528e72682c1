// What all measures share: the upstream server, the slow way to it, private data directories with their hosts, and the
// command lines of the bridges. Everything it starts ends with `close`.
import { execFile, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const bench = import.meta.dirname;
const cli = join(bench, '..', 'dist', 'cli', 'main.js');
const UPSTREAM = join(bench, 'upstream.mjs');
const ROUND_TRIP_MS = 50;

export const stdioServer = { command: process.execPath, args: [UPSTREAM, 'stdio'], env: {} };

export class World {
  #root = mkdtempSync(join(tmpdir(), 'portolan-bench-'));
  #children = [];
  #homes = [];

  static async open() {
    const world = new World();
    world.port = await world.portOf(UPSTREAM);
    world.farPort = await world.portOf(join(bench, 'delaying-proxy.mjs'), String(world.port), String(ROUND_TRIP_MS));
    return world;
  }

  /** Address of an upstream server; far: with a round trip of 50 ms. */
  url(path = '', { far = false } = {}) {
    return `http://127.0.0.1:${far ? this.farPort : this.port}/mcp${path}`;
  }

  /** A data directory with these servers; its host is started unless `idle`. */
  home(servers, { settings = {}, idle = false } = {}) {
    const home = new Home(join(this.#root, `home-${this.#homes.length}`), servers, settings);
    this.#homes.push(home);
    if (!idle) home.start();
    return home;
  }

  /** Peers that turn a remote server into a stdio one. */
  peers(url) {
    return Object.fromEntries(
      [
        peer('mcp-remote', 'mcp-remote', url, '--allow-http', '--transport', 'http-only'),
        peer('supergateway', 'supergateway', '--streamableHttp', url, '--logLevel', 'none'),
      ].filter(([, bridge]) => bridge !== undefined),
    );
  }

  close() {
    for (const home of this.#homes) home.stop();
    for (const child of this.#children) child.kill();
    rmSync(this.#root, { recursive: true, force: true });
  }

  portOf(script, ...args) {
    const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#children.push(child);
    return new Promise((resolve) => child.stdout.once('data', (text) => resolve(Number(text))));
  }
}

class Home {
  #env;

  constructor(path, servers, settings) {
    this.#env = { PORTOLAN_HOME: path };
    this.path = path;
    mkdirSync(path, { recursive: true, mode: 0o700 });
    const mcpServers = Object.fromEntries(
      Object.entries(servers).map(([name, server]) => [
        name,
        typeof server === 'string' ? { type: 'streamable-http', url: server } : { type: 'stdio', ...server },
      ]),
    );
    writeFileSync(join(path, 'catalog.json'), JSON.stringify({ mcpServers, portolan: { version: 1 } }), {
      mode: 0o600,
    });
    writeFileSync(join(path, 'settings.json'), JSON.stringify(settings), { mode: 0o600 });
  }

  /** Runs a command of the command line and returns what it printed. */
  portolan(...args) {
    return execFileSync(process.execPath, [cli, ...args], {
      env: { ...process.env, ...this.#env },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  async portolanLater(...args) {
    const { stdout } = await promisify(execFile)(process.execPath, [cli, ...args], {
      env: { ...process.env, ...this.#env },
      maxBuffer: 64 * 1024 * 1024,
    });
    return stdout;
  }

  /** False where the command line does not know this command (yet). */
  knows(command) {
    try {
      this.portolan(command, '--json');
      return true;
    } catch {
      return false;
    }
  }

  start() {
    this.portolan('host', 'start');
  }

  stop() {
    if (!existsSync(join(this.path, 'run', 'host.json'))) return;
    try {
      this.portolan('host', 'stop');
    } catch {
      // it went away by itself
    }
  }

  get hostPid() {
    return JSON.parse(readFileSync(join(this.path, 'run', 'host.json'), 'utf8')).pid;
  }

  connect(...target) {
    return { command: process.execPath, args: [cli, 'connect', ...target], env: this.#env };
  }
}

/** A peer's command line by its package and program; undefined where it is not installed. */
export function peer(name, bin, ...args) {
  const folder = join(bench, 'peers', 'node_modules', name);
  if (!existsSync(folder)) return [name, undefined];
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const entry = typeof manifest.bin === 'string' ? manifest.bin : manifest.bin[bin];
  return [name, { command: process.execPath, args: [join(folder, entry), ...args], env: {} }];
}
