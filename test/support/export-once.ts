// A program for tests: exports one entry into Cursor's file under the home directory that it is given. Prints `done` or the
// code it ended with.
import { toPortolanError } from '../../shared/errors.ts';
import { stdioEntry, testClients } from './test-clients.ts';

async function exportOne(): Promise<string> {
  const { clients, catalog } = testClients(process.argv[2] ?? '');
  catalog.push(stdioEntry('files'));
  const plan = await clients.planExport({ client: 'cursor', scope: 'user', mode: 'connect' });
  await clients.applyExport({ planId: plan.planId });
  return 'done';
}

const end = await exportOne().catch((error: unknown) => toPortolanError(error).code);
process.stdout.write(`${end}\n`);
