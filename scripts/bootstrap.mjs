// First step of every npm script. From a fresh clone it gets what the real command needs: a new enough Node
// (into .toolchain/, the machine is left alone) and the locked packages, scripts off. Then it runs
// scripts/<command>.mjs under that Node. Plain JavaScript without dependencies; runs on Node 18 and newer.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, lstatSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MINIMUM = [24, 11];
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [command = 'start', ...args] = process.argv.slice(2);

const script = join(root, 'scripts', `${command.replace(/[^a-z]/g, '-')}.mjs`);
if (!existsSync(script)) fail(`there is no script named ${command}`);

const node = findNode();
const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH ?? ''}` };
delete env.NODE_OPTIONS;
installPackages();

const child = spawn(node, [script, ...args], { cwd: root, env, stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('error', (error) => fail(error.message));
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));

/** Path of a Node that is new enough: the running one, or the pinned one of scripts/toolchain. */
function findNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > MINIMUM[0] || (major === MINIMUM[0] && minor >= MINIMUM[1])) return process.execPath;
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const folder = join(root, '.toolchain');
  const binary = join(folder, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  const lock = join(root, 'scripts', 'toolchain', 'package-lock.json');
  once(join(folder, '.stamp'), hash(lock), existsSync(binary), () => {
    say(`getting Node 24 (this machine has ${process.versions.node})`);
    mkdirSync(folder, { recursive: true });
    for (const file of ['package.json', 'package-lock.json'])
      copyFileSync(join(root, 'scripts', 'toolchain', file), join(folder, file));
    npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund'], folder, process.execPath, process.env);
  });
  if (!existsSync(binary))
    fail(
      `no Node 24 package exists for ${process.platform}-${process.arch}; install Node ${MINIMUM.join('.')} or newer and start again`,
    );
  return binary;
}

/** `npm ci` without scripts, when the lock file or the Node major changed since the last time. */
function installPackages() {
  const folder = join(root, 'node_modules');
  // `npm ci` would empty what a link points to, which is somebody else's.
  if (lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink()) return;
  const stamp = `${hash(join(root, 'package-lock.json'))} ${node === process.execPath ? process.versions.node.split('.')[0] : 'toolchain'}`;
  const present = existsSync(join(root, 'node_modules', 'typescript'));
  once(join(root, 'node_modules', '.portolan-stamp'), stamp, present, () => {
    say('installing the locked packages');
    npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund'], root, node, env);
  });
}

function once(stampFile, stamp, present, work) {
  if (present && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;
  work();
  writeFileSync(stampFile, stamp);
}

function npm(npmArgs, cwd, withNode, withEnv) {
  const cli = process.env.npm_execpath?.endsWith('.js') ? process.env.npm_execpath : undefined;
  const result = cli
    ? spawnSync(withNode, [cli, ...npmArgs], { cwd, env: withEnv, stdio: ['ignore', 'ignore', 'inherit'] })
    : spawnSync('npm', npmArgs, {
        cwd,
        env: withEnv,
        stdio: ['ignore', 'ignore', 'inherit'],
        shell: process.platform === 'win32',
      });
  if (result.error || result.status !== 0)
    fail(`npm ${npmArgs[0]} failed in ${cwd}${result.error ? `: ${result.error.message}` : ''}`);
}

function hash(file) {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

function say(text) {
  process.stderr.write(`portolan: ${text}\n`);
}

function fail(text) {
  say(text);
  process.exit(1);
}
