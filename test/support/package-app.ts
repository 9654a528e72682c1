// Packages the built app with electron-builder around a made-up Electron distribution, for machines without a real one.
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asar } from './builder-tools.ts';
import { ROOT } from './portolan.ts';

/** What marks the fuses in an Electron executable, its version, then how many there are. */
const FUSES = `dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX\u0001\u0009`;
/** What the made-up executable has: each the opposite of what this app wants, the ninth on. */
const FACTORY_SETTING = '101100111';

/** The folder of the unpacked app. `folder` is a temporary one. */
export async function packageApp(folder: string): Promise<string> {
  const project = join(folder, 'project');
  mkdirSync(project);
  for (const name of ['dist', 'package.json', 'package-lock.json', 'electron-builder.yml', 'LICENSE', 'electron'])
    cpSync(join(ROOT, name), join(project, name), { recursive: true });
  for (const name of ['test', 'out', '.toolchain']) {
    mkdirSync(join(project, name));
    writeFileSync(join(project, name, 'must-stay-out.js'), '');
  }
  for (const path of productionPackages()) cpSync(join(ROOT, path), join(project, path), { recursive: true });
  const electronDist = await makeDistribution(folder);
  execFileSync(
    process.execPath,
    [join(ROOT, 'node_modules', 'electron-builder', 'cli.js'), '--linux', '--dir', `-c.electronDist=${electronDist}`],
    { cwd: project, stdio: 'pipe' },
  );
  return join(project, 'out', 'linux-unpacked');
}

/** Paths of the packages that the lock file does not mark as development only, nested ones within their parents. */
function productionPackages(): string[] {
  const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean; devOptional?: boolean; optional?: boolean }>;
  };
  return Object.entries(lock.packages)
    .filter(([path, { dev, devOptional, optional }]) => path !== '' && !dev && !devOptional && !optional)
    .map(([path]) => path);
}

async function makeDistribution(folder: string): Promise<string> {
  const dist = join(folder, 'electron-dist');
  const version = JSON.parse(readFileSync(join(ROOT, 'node_modules', 'electron', 'package.json'), 'utf8')) as {
    version: string;
  };
  mkdirSync(join(dist, 'resources'), { recursive: true });
  writeFileSync(join(dist, 'electron'), `#!/bin/sh\n# ${FUSES}${FACTORY_SETTING}\n`);
  chmodSync(join(dist, 'electron'), 0o755);
  writeFileSync(join(dist, 'version'), version.version);
  writeFileSync(join(dist, 'LICENSE'), '');
  writeFileSync(join(dist, 'LICENSES.chromium.html'), '');
  const app = join(folder, 'default-app');
  mkdirSync(app);
  writeFileSync(join(app, 'package.json'), '{}');
  await asar.createPackage(app, join(dist, 'resources', 'default_app.asar'));
  return dist;
}
