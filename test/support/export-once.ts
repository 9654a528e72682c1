// A program for tests that exports to clients under the home directory that it is given: one entry into Cursor's file, or with
// `set` into three files of three clients. Prints `done` or the code it ended with.
import { toPortolanError } from '../../shared/errors.ts';
import { stdioEntry, testClients } from './test-clients.ts';

async function exportOne(): Promise<string> {
  const { clients, catalog } = testClients(process.argv[2] ?? '');
  catalog.push(stdioEntry('files'));
  const names = process.argv[3] === 'set' ? ['cursor', 'vscode', 'claude-code'] : ['cursor'];
  const changes = names.map((client) => ({ client, scope: 'user', mode: 'connect' }) as const);
  await clients.sync.apply({ planId: (await clients.sync.plan(changes)).planId, by: 'cli' });
  return 'done';
}

const end = await exportOne().catch((error: unknown) => toPortolanError(error).code);
process.stdout.write(`${end}\n`);
