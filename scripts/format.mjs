// `npm run format`: writes the formatter's layout to every file.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const biome = join(root, 'node_modules', '@biomejs', 'biome', 'bin', 'biome');
process.exitCode =
  spawnSync(process.execPath, [biome, 'format', '--write', '.'], { cwd: root, stdio: 'inherit' }).status ?? 1;
