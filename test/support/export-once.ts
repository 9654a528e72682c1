// A program for tests: exports one entry into Cursor's file under the home directory that it is given.
import { stdioEntry, testClients } from './test-clients.ts';

const { clients, catalog } = testClients(process.argv[2] ?? '');
catalog.push(stdioEntry('files'));
const plan = await clients.planExport({ client: 'cursor', scope: 'user', mode: 'connect' });
await clients.applyExport({ planId: plan.planId });
process.stdout.write('done\n');
