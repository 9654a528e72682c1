// The packaged app, made by electron-builder: exactly the built files and what they need, and fuses as configured.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { asar, fuseNames, fuses } from '../support/builder-tools.ts';
import { packageApp } from '../support/package-app.ts';
import { ROOT } from '../support/portolan.ts';
import { tempDir } from '../support/temp-dir.ts';

test('ELE-10 the package holds the built files and production packages alone, runs by itself, and has its fuses set', async () => {
  const folder = tempDir();
  const app = await packageApp(folder);
  const archive = join(app, 'resources', 'app.asar');
  const paths = asar.listPackage(archive, { isPack: false });

  const top = new Set(paths.map((path) => path.split('/')[1] ?? ''));
  expect([...top].sort()).toEqual(['LICENSE', 'dist', 'node_modules', 'package.json']);
  const parts = new Set(paths.filter((path) => path.startsWith('/dist/')).map((path) => path.split('/')[2] ?? ''));
  expect([...parts].sort()).toEqual(['cli', 'electron', 'host', 'renderer']);
  expect(paths.filter((path) => path.startsWith('/dist/') && /\.(?:ts|tsx|map|tsbuildinfo)$/.test(path))).toEqual([]);
  expect(paths.filter((path) => path.includes('must-stay-out'))).toEqual([]);
  const development = ['electron', 'react', 'vite', 'vitest', 'typescript', 'playwright-core', '@modelcontextprotocol'];
  expect(development.filter((name) => paths.includes(`/node_modules/${name}`))).toEqual([]);

  const unpacked = `${archive}.unpacked`;
  const prebuilt = paths.filter((path) => path.endsWith('.node'));
  expect(prebuilt.length).toBeGreaterThan(0);
  expect(prebuilt.filter((path) => !existsSync(join(unpacked, path)))).toEqual([]);

  const alone = join(folder, 'alone');
  asar.extractAll(archive, alone);
  const home = join(folder, 'home');
  const portolan = (...args: string[]): string =>
    execFileSync(process.execPath, [join(alone, 'dist', 'cli', 'main.js'), ...args], {
      env: { ...process.env, PORTOLAN_HOME: home },
      encoding: 'utf8',
    });
  onTestFinished(() => void portolan('host', 'stop'));
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  expect(portolan('--version')).toContain(version);
  expect(JSON.parse(portolan('host', 'start', '--json'))).toMatchObject({ dataDir: home, version });
  portolan('add', 'local', '--', process.execPath, '--version');
  expect(portolan('list')).toContain('local');

  const wire = await fuses.getCurrentFuseWire(join(app, 'portolan'));
  const set = fuseNames().map((name, index) => [name, String.fromCharCode(wire[index] ?? 0)]);
  expect(Object.fromEntries(set)).toEqual({
    RunAsNode: '0',
    EnableCookieEncryption: '1',
    EnableNodeOptionsEnvironmentVariable: '0',
    EnableNodeCliInspectArguments: '0',
    EnableEmbeddedAsarIntegrityValidation: '1',
    OnlyLoadAppFromAsar: '1',
    LoadBrowserProcessSpecificV8Snapshot: '0',
    GrantFileProtocolExtraPrivileges: '0',
  });
});
