// `npm run bench`: builds, installs the peers' packages into bench/peers (scripts off), then measures. See bench/run.mjs.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './build.mjs';

await build();
const peers = join(import.meta.dirname, '..', 'bench', 'peers');
if (!existsSync(join(peers, 'node_modules', 'mcp-remote'))) {
  process.stderr.write('portolan: installing the peers of the benchmark\n');
  const { status } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: peers,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error('the peers could not be installed');
}
const run = join(import.meta.dirname, '..', 'bench', 'run.mjs');
process.exitCode = spawnSync(process.execPath, [run, ...process.argv.slice(2)], { stdio: 'inherit' }).status ?? 1;
