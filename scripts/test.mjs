// `npm test`: system packages, build, static checks, then unit and end-to-end tests under a private keychain. Prints what
// passed and failed in all, and leaves the counts in test-results/summary.json.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './build.mjs';
import { check } from './check.mjs';
import { ensureSystemPackages } from './system-packages.mjs';

const root = join(import.meta.dirname, '..');
const results = join(root, 'test-results');
const summaryFile = join(results, 'summary.json');

mkdirSync(results, { recursive: true });
rmSync(summaryFile, { force: true });
const total = { passed: 0, failed: 0 };
try {
  ensureSystemPackages();
  await build();
  add(check());
  add(vitest('unit', 'vitest.config.ts'));
  add(vitest('end-to-end', 'vitest.e2e.config.ts'));
} catch (error) {
  process.stderr.write(`portolan: ${error.message}\n`);
  total.failed += 1;
}
writeFileSync(summaryFile, JSON.stringify(total));
process.stderr.write(`portolan: in all ${total.passed} passed, ${total.failed} failed\n`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;

/** One Vitest run; every skipped or unfinished test counts as failed, as does a run that executed none. */
function vitest(name, config) {
  const report = join(results, `${name}.json`);
  rmSync(report, { force: true });
  const command = [
    join(root, 'test', 'support', 'with-keyring.sh'),
    process.execPath,
    join(root, 'node_modules', 'vitest', 'vitest.mjs'),
  ];
  const args = ['run', '-c', config, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const { status } = spawnSync('sh', [...command, ...args], { cwd: root, stdio: 'inherit' });
  let counts = { passed: 0, failed: 1 };
  try {
    const { numTotalTests, numPassedTests } = JSON.parse(readFileSync(report, 'utf8'));
    counts = { passed: numPassedTests, failed: numTotalTests - numPassedTests };
  } catch {
    process.stderr.write(`portolan: the ${name} tests left no report\n`);
  }
  if (status !== 0 && counts.failed === 0) counts.failed = 1;
  if (counts.passed === 0) counts.failed = Math.max(counts.failed, 1);
  return counts;
}

function add({ passed, failed }) {
  total.passed += passed;
  total.failed += failed;
}
