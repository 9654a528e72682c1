// `npm start`: builds what is stale, then does what `portolan` without a command does: host up, window or browser open.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { build } from './build.mjs';

await build();
const main = join(import.meta.dirname, '..', 'dist', 'cli', 'main.js');
const child = spawn(process.execPath, [main, ...process.argv.slice(2)], { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code) => process.exit(code ?? 1));
