// The static checks: types, lint with types, format, unused code. Each counts as one test in the closing line.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const bin = (name, ...path) => join(root, 'node_modules', name, ...path);

/** @type {[name: string, command: string[]][]} */
const CHECKS = [
  ['types', [bin('typescript', 'bin', 'tsc'), '-b']],
  ['lint', [bin('oxlint', 'bin', 'oxlint'), '--type-aware', '--deny-warnings', '.']],
  ['format', [bin('@biomejs', 'biome', 'bin', 'biome'), 'format', '.']],
  ['unused code', [bin('knip', 'bin', 'knip.js')]],
];

/** Runs every check, also after a failure. Returns how many passed and failed. */
export function check() {
  const counts = { passed: 0, failed: 0 };
  for (const [name, command] of CHECKS) {
    const started = performance.now();
    const { status } = spawnSync(process.execPath, command, { cwd: root, stdio: 'inherit' });
    counts[status === 0 ? 'passed' : 'failed'] += 1;
    process.stderr.write(
      `portolan: ${name} ${status === 0 ? 'ok' : 'FAILED'} (${((performance.now() - started) / 1000).toFixed(1)} s)\n`,
    );
  }
  return counts;
}

if (process.argv[1] === import.meta.filename) process.exitCode = check().failed === 0 ? 0 : 1;
