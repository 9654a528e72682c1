// `npm run setup`: the set-up and the build alone. Leaves dist/bin/portolan, the command line of this checkout.
import { join } from 'node:path';
import { build } from './build.mjs';

await build();
console.log(`Portolan is built. Its command line: ${join(import.meta.dirname, '..', 'dist', 'bin', 'portolan')}`);
