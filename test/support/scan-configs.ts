// A program for tests: reads every file of a directory as each client would, and scans the home directory around it.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CLIENT_FORMATS } from '../../core/clients/client-formats.ts';
import { testClients } from './test-clients.ts';

const home = process.argv[2] ?? '';
const { clients } = testClients(home);
const ids = [undefined, ...CLIENT_FORMATS.map((format) => format.id), 'generic'];
let rows = 0;
for (const [index, name] of readdirSync(join(home, 'configs')).entries()) {
  const path = join(home, 'configs', name);
  const client = ids[index % ids.length];
  rows += (await clients.planImport({ path, client })).rows.length;
  rows += (await clients.planImport({ text: readFileSync(path, 'utf8') })).rows.length;
}
rows += (await clients.planImport(undefined)).rows.length;
process.stdout.write(`rows ${rows}\n`);
