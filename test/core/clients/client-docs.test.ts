// docs/client-import.md tells of every client and every scope of its files.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { CLIENT_FORMATS } from '../../../core/clients/client-formats.ts';

const TEXT = readFileSync(join(import.meta.dirname, '../../../docs/client-import.md'), 'utf8');
const rows = TEXT.split('\n').filter((line) => line.startsWith('|'));

it.each(CLIENT_FORMATS)('$id stands in the table of clients, and each of its scopes in that of files', (format) => {
  expect(rows.some((row) => row.split('|')[1]?.includes(`\`${format.id}\``))).toBe(true);
  const told = (row: string) => row.split('|')[1]?.trim() ?? '';
  const first = rows.findLastIndex((row) => told(row).includes(`\`${format.id}\``));
  const next = rows.findIndex((row, index) => index > first && told(row) !== '');
  const scopes = rows.slice(first, next < 0 ? undefined : next).map((row) => row.split('|')[2] ?? '');
  for (const platform of ['linux', 'darwin', 'win32'] as const) {
    const homeDir = platform === 'win32' ? 'C:\\Users\\dana' : '/home/dana';
    const files = format.files({ env: {}, platform, homeDir, projectDir: join(homeDir, 'app') });
    for (const { scope } of files) expect(scopes.join(' ')).toContain(`\`${scope}\``);
  }
});
