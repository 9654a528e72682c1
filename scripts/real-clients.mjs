// `npm run check:clients`: other makers' own programs read what Portolan writes. Installs them into bench/clients (pinned,
// scripts off, once), exports a catalog into a home of its own and asks each program for its list of servers. They get no
// account, and no address but this computer's; what they could send or look up is switched off. Run by hand: they are large.
// Options: none. One line a program; the exit code is 1 when an entry is missing.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, relative } from 'node:path';
import { build } from './build.mjs';

/** `list`: its own command; `connects`: what it says of a server that it has reached. */
const PROGRAMS = [
  {
    id: 'claude-code',
    package: '@anthropic-ai/claude-code',
    native: [`claude-code-${process.platform}-${process.arch}`, 'claude'],
    scope: '@anthropic-ai',
    list: ['mcp', 'list'],
    connects: /✔|✓/,
    env: { CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1', DISABLE_AUTOUPDATER: '1', DISABLE_TELEMETRY: '1' },
  },
  {
    id: 'gemini-cli',
    package: '@google/gemini-cli',
    bin: 'gemini',
    list: ['mcp', 'list'],
    connects: /Connected/,
    env: { GEMINI_CLI_TRUST_WORKSPACE: 'true', GEMINI_TELEMETRY_ENABLED: 'false' },
  },
  // It lists what it has read and connects to nothing.
  { id: 'codex', package: '@openai/codex', bin: 'codex', list: ['mcp', 'list', '--json'], env: {} },
  {
    id: 'opencode',
    package: 'opencode-ai',
    native: [
      `opencode-${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`,
      'bin',
      'opencode',
    ],
    list: ['mcp', 'list'],
    connects: /connected/,
    env: { OPENCODE_DISABLE_AUTOUPDATE: '1', OPENCODE_DISABLE_MODELS_FETCH: '1' },
  },
  {
    id: 'qwen-code',
    package: '@qwen-code/qwen-code',
    bin: 'qwen',
    list: ['mcp', 'list'],
    connects: /Connected/,
    env: { QWEN_CODE_SKIP_UPDATE_CHECK_ONCE: '1', QWEN_TELEMETRY_ENABLED: 'false' },
  },
];
const LIMIT_MS = 120_000;
const LOCAL = 'portolan-local';
const REMOTE = 'portolan-remote';
/** It takes whatever revision of the protocol a program asks for. */
const SERVER = join(
  import.meta.dirname,
  '..',
  'node_modules',
  '@modelcontextprotocol',
  'server-memory',
  'dist',
  'index.js',
);
/** Nobody listens there. */
const ADDRESS = 'http://127.0.0.1:9/mcp';

const root = join(import.meta.dirname, '..');
const folder = join(root, 'bench', 'clients');
const modules = join(folder, 'node_modules');
if (!existsSync(modules)) install();
await build();

const home = mkdtempSync(join(tmpdir(), 'portolan-real-clients-'));
const project = join(home, 'project');
mkdirSync(project);
/** Nothing of the person's own environment reaches the programs. Some pass little of theirs on, so Portolan is at home in HOME. */
const env = {
  HOME: home,
  USERPROFILE: home,
  PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ''}`,
  TMPDIR: home,
  REMOTE_TOKEN: 'EXAMPLE',
  DO_NOT_TRACK: '1',
  NO_COLOR: '1',
};
const portolan = (...args) =>
  execFileSync(process.execPath, [join(root, 'dist', 'cli', 'main.js'), ...args], {
    env,
    cwd: project,
    encoding: 'utf8',
  });

let missing = 0;
try {
  portolan('add', LOCAL, '--', process.execPath, SERVER);
  portolan(
    'add',
    REMOTE,
    '--url',
    ADDRESS,
    '--type',
    'streamable-http',
    '--header',
    'Authorization=Bearer ${env:REMOTE_TOKEN}',
  );
  for (const program of PROGRAMS) {
    portolan('export', '--to', program.id, '--servers', LOCAL, '--yes', '--force');
    portolan('export', '--to', program.id, '--servers', REMOTE, '--mode', 'direct', '--yes', '--force');
    const outcome = check(program);
    console.log(`${program.id} ${versionOf(program)}: ${outcome}`);
  }
} finally {
  portolan('host', 'stop');
  rmSync(home, { recursive: true, force: true });
}
process.exitCode = missing === 0 ? 0 : 1;

/** Half a sentence on what the program shows. */
function check(program) {
  const { list, connects, env: switches } = program;
  const file = executableOf(program);
  // Its maker has none for this system, or none that the registry offers.
  if (!existsSync(file)) return `does not run here: ${relative(modules, file)} was not installed`;
  const { status, stdout, stderr, error } = spawnSync(file, list, {
    env: { ...env, ...switches },
    cwd: project,
    encoding: 'utf8',
    timeout: LIMIT_MS,
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: program.native === undefined && process.platform === 'win32',
  });
  const text = `${stdout ?? ''}\n${stderr ?? ''}`;
  const absent = [LOCAL, REMOTE, ADDRESS].filter((part) => !text.includes(part));
  if (error !== undefined || absent.length > 0) {
    missing += 1;
    return `does not show ${absent.join(', ')} (exit ${status ?? error?.message})\n${text.trim()}`;
  }
  const line = text.split('\n').find((part) => part.includes(LOCAL)) ?? '';
  if (connects === undefined) return 'shows both entries';
  if (connects.test(line)) return 'shows both entries and reaches the local server through Portolan';
  missing += 1;
  return `shows both entries, yet does not reach the local server\n${text.trim()}`;
}

/** A program with a binary for each system is started by that: only scripts of the package would link it. */
function executableOf({ bin, native, scope = '' }) {
  if (native === undefined) return join(modules, '.bin', process.platform === 'win32' ? `${bin}.cmd` : bin);
  return join(modules, scope, ...native) + (process.platform === 'win32' ? '.exe' : '');
}

function versionOf({ package: name }) {
  return JSON.parse(readFileSync(join(modules, ...name.split('/'), 'package.json'), 'utf8')).version;
}

function install() {
  process.stderr.write('portolan: installing the programs of other makers\n');
  const { status } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error('the programs could not be installed');
}
