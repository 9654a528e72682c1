// Secrets stay in the keychain, whatever is written into the files of other clients.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { tempDir } from '../../support/temp-dir.ts';
import { serverEntry, stdioEntry, testClients } from '../../support/test-clients.ts';

test.each(['cursor', 'claude-code', 'vscode'])(
  'SEC-11 writes no secret into the file of %s: connect names Portolan alone, direct leaves such servers out',
  async (client) => {
    const { clients, catalog, secrets } = testClients(tempDir());
    const headers = { Authorization: 'Bearer ${secret:token}' };
    catalog.push(
      stdioEntry('local', 'run', ['--key', '${secret:token}'], { TOKEN: '${secret:token}' }),
      serverEntry('remote', { type: 'streamable-http', url: 'https://x.example/mcp', headers }),
      serverEntry('address', {
        type: 'streamable-http',
        url: 'https://x.example/mcp?key=${secret:token}',
        headers: {},
      }),
      stdioEntry('plain'),
    );
    secrets.set('token', 'tokEXAMPLE12345');
    const direct = await clients.planExport({ client, scope: 'user', mode: 'direct' });
    expect(direct.servers.map(({ name, action }) => [name, action])).toEqual([
      ['local', 'refuse'],
      ['remote', 'refuse'],
      ['address', 'refuse'],
      ['plain', 'add'],
    ]);
    for (const mode of ['direct', 'connect'] as const) {
      const plan = await clients.planExport({ client, scope: 'user', mode });
      const { path } = await clients.applyExport({ planId: plan.planId });
      expect(readFileSync(path, 'utf8')).not.toMatch(/tokEXAMPLE|secret:|TOKEN|Authorization/);
      expect(JSON.stringify(plan)).not.toContain('tokEXAMPLE');
    }
  },
);

test('SEC-11 shows no key of a header in the preview, whatever the header calls it', async () => {
  const { clients, catalog, put } = testClients(tempDir());
  catalog.push(stdioEntry('plain'));
  const headers = { CTX_KEY: 'ctx-EXAMPLE-0000', 'Idempotency-Key': 'order-0000' };
  put('.cursor/mcp.json', JSON.stringify({ mcpServers: { ctx: { url: 'https://x.example/mcp', headers } } }, null, 2));
  const { diff } = await clients.planExport({ client: 'cursor', scope: 'user', mode: 'connect' });
  const text = diff.lines.map((line) => line.text).join('\n');
  expect(text).not.toContain('EXAMPLE');
  expect(text).toContain('order-0000');
});
