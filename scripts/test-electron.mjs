// `npm run test:electron`: the desktop end-to-end test on the real Electron runtime. Says so where there is none; must be
// run on a machine that has one before a release.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { build } from './build.mjs';

const root = join(import.meta.dirname, '..');
await build();
const { electronRuntime } = await import(join(root, 'dist', 'cli', 'desktop.js'));
const runtime = electronRuntime();
if (!runtime) {
  console.log('skipped: no Electron runtime');
} else {
  const { status } = spawnSync(
    process.execPath,
    [
      join(root, 'node_modules', 'vitest', 'vitest.mjs'),
      'run',
      '-c',
      'vitest.e2e.config.ts',
      'test/e2e/desktop.test.ts',
    ],
    {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, PORTOLAN_ELECTRON: runtime },
    },
  );
  process.exitCode = status ?? 1;
}
