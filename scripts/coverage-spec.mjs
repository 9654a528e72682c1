// `npm run coverage:spec`: which rules of the protocol and which security tests are named by a test, and by which; with
// `--strict` it fails when one is not.
import { join } from 'node:path';
import { coverage } from '../test/spec/coverage.ts';

const lists = coverage(join(import.meta.dirname, '..'));
for (const { covered } of lists) for (const { id, files } of covered) console.log(`${id} ${files.join(' ')}`);
for (const { missing } of lists) for (const { id, about } of missing) console.log(`${id} MISSING ${about}`);
for (const { release } of lists) for (const id of release) console.log(`${id} release only`);
for (const { later } of lists) for (const { id, reason } of later) console.log(`${id} later: ${reason}`);
for (const { title, covered, later, missing, release } of lists) {
  const total = covered.length + later.length + missing.length + release.length;
  console.log(
    `${title}: ${covered.length} of ${total} named by tests, ${missing.length} missing, ${release.length} left to a release, ${later.length} left for a reason`,
  );
}
if (process.argv.includes('--strict') && lists.some(({ missing }) => missing.length > 0)) process.exitCode = 1;
