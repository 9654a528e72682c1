// Builds what is stale: everything that runs on Node (`bundle.mjs`), the Electron main file, its preload and the renderer, all with
// Vite, then the launcher with absolute paths. With nothing changed it only hashes the sources. Types are the check's business.
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from './bundle.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stampFile = join(root, 'dist', '.build-stamp.json');
const NODE_FOLDERS = ['shared', 'core', 'host', 'cli'];

/** Brings dist/ up to date. Returns the names of the parts that were built; throws when one fails. */
export async function build() {
  const stamps = {
    node: fingerprint([...NODE_FOLDERS, 'tsconfig.base.json', 'package-lock.json', 'scripts/bundle.mjs']),
    electron: fingerprint(['electron', 'shared', 'host', 'core', 'package-lock.json']),
    renderer: fingerprint(['renderer', 'shared', 'package-lock.json']),
    launcher: `${process.execPath} ${root}`,
  };
  const before = existsSync(stampFile) ? JSON.parse(readFileSync(stampFile, 'utf8')) : {};
  const stale = Object.keys(stamps).filter((part) => before[part] !== stamps[part]);
  if (stale.length === 0) return stale;
  process.stderr.write(`portolan: building ${stale.join(', ')}\n`);
  if (stale.includes('node')) await bundle(root);
  if (stale.includes('electron')) await buildElectron();
  if (stale.includes('renderer')) await buildRenderer();
  if (stale.includes('launcher')) writeLauncher();
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, JSON.stringify(stamps));
  return stale;
}

async function buildElectron() {
  const { build: vite } = await import('vite');
  const common = { configFile: false, root, logLevel: 'warn' };
  const output = (format, name) => ({ format, entryFileNames: name });
  const isExternal = (id) => id === 'electron' || id === 'electron-store' || id.startsWith('node:');
  await vite({
    ...common,
    ssr: { noExternal: true },
    build: {
      ssr: join(root, 'electron', 'main.ts'),
      outDir: join(root, 'dist', 'electron'),
      target: 'node24',
      minify: false,
      rollupOptions: { external: isExternal, output: output('es', 'main.js') },
    },
  });
  await vite({
    ...common,
    build: {
      lib: { entry: join(root, 'electron', 'preload.ts'), formats: ['cjs'] },
      outDir: join(root, 'dist', 'electron'),
      emptyOutDir: false,
      minify: false,
      rollupOptions: { external: isExternal, output: output('cjs', 'preload.cjs') },
    },
  });
}

async function buildRenderer() {
  const { build: vite } = await import('vite');
  await vite({ configFile: join(root, 'renderer', 'vite.config.ts'), root: join(root, 'renderer'), logLevel: 'warn' });
}

/** `dist/bin/portolan`: starts this checkout's command line from any folder, with absolute paths. */
function writeLauncher() {
  const folder = join(root, 'dist', 'bin');
  mkdirSync(folder, { recursive: true });
  const main = join(root, 'dist', 'cli', 'main.js');
  const quoted = [process.execPath, main].map((part) => `'${part.replaceAll("'", "'\\''")}'`).join(' ');
  writeFileSync(join(folder, 'portolan'), `#!/bin/sh\nexec ${quoted} "$@"\n`);
  chmodSync(join(folder, 'portolan'), 0o755);
  if (process.platform === 'win32')
    writeFileSync(join(folder, 'portolan.cmd'), `@"${process.execPath}" "${main}" %*\r\n`);
}

/** One hash over the names and bytes of all source files under the given paths. */
function fingerprint(paths) {
  const sum = createHash('sha256');
  for (const path of paths)
    for (const file of filesUnder(join(root, path)))
      sum.update(relative(root, file)).update('\0').update(readFileSync(file)).update('\0');
  return sum.digest('hex');
}

function filesUnder(path) {
  if (!existsSync(path)) return [];
  const entries = readdirSync(dirname(path), { withFileTypes: true });
  if (entries.some((entry) => entry.isFile() && join(dirname(path), entry.name) === path)) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await build().then(
    (parts) =>
      console.error(parts.length === 0 ? 'portolan: everything is up to date' : `portolan: built ${parts.join(', ')}`),
    (error) => {
      console.error(`portolan: ${error.message}`);
      process.exitCode = 1;
    },
  );
}
