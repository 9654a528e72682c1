// A server whose program was replaced, from the command line: held with its exit status, shown, approved, recorded.
import { appendFileSync, copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Portolan, ROOT } from '../../support/portolan.ts';

test('SUP-17: a replaced program is held until `portolan approve`, and both are in the log', async () => {
  const portolan = new Portolan();
  const script = join(portolan.home, 'echo.mjs');
  copyFileSync(join(ROOT, 'test', 'fixtures', 'echo-server.mjs'), script);
  await portolan.json('add', 'one', '--', process.execPath, script);
  const call = () => portolan.run(['call', 'one', 'echo', '{"text":"hello"}']);
  expect((await call()).code).toBe(0);
  expect((await portolan.run(['approve', 'one'])).stdout).toMatch(/Nothing holds one: its files are as approved/);
  // The pin is on the disk, not in the host's memory.
  await portolan.stop();
  appendFileSync(script, '\n// another version\n');
  expect(await call()).toMatchObject({
    code: 4,
    stderr: expect.stringMatching(
      /echo\.mjs is not the file.*\(APPROVAL_NEEDED\)\n {2}next: .*portolan approve one/,
    ) as string,
  });
  expect(await portolan.json('show', 'one')).toMatchObject({ status: { state: 'needs-approval' } });
  expect(await portolan.run(['approve', 'one'])).toMatchObject({
    code: 2,
    stdout: expect.stringMatching(/echo\.mjs\nstate +changed\napproved +[0-9a-f]{64}\nnow +[0-9a-f]{64}\n/) as string,
  });
  expect((await call()).code).toBe(4);
  expect(await portolan.json('approve', 'one', '--yes')).toMatchObject({ name: 'one', needed: false });
  expect((await call()).code).toBe(0);
  const kinds = async (kind: string) =>
    (await portolan.json<{ records: { outcome: string }[] }>('audit', 'list', '--filter', `kind:${kind}`)).records.map(
      ({ outcome }) => outcome,
    );
  expect(await kinds('server.held')).toEqual(['deferred', 'deferred']);
  expect(await kinds('server.approved')).toEqual(['allowed']);
});

test('CFG-07 an import approves what its plan shows plainly; what needs a closer look waits', async () => {
  const portolan = new Portolan();
  const file = join(portolan.home, 'mcp.json');
  const plain = { command: process.execPath, args: [join(portolan.home, 'plain.mjs')] };
  const odd = { command: 'sh', args: ['-c', 'exec node plain.mjs'] };
  const loaded = { ...plain, args: ['other.mjs'], env: { NODE_OPTIONS: '--require ./hook.cjs' } };
  writeFileSync(file, JSON.stringify({ mcpServers: { plain, odd, loaded } }));
  await portolan.json('import', '--file', file, '--yes');
  const { servers } = await portolan.json<{ servers: { name: string; status: { state: string } }[] }>('list');
  expect(Object.fromEntries(servers.map(({ name, status }) => [name, status.state]))).toEqual({
    plain: 'stopped',
    odd: 'needs-approval',
    loaded: 'needs-approval',
  });
});

test('CFG-08 another name and a step back keep an approval; a step back to what nobody approved does not give one', async () => {
  const portolan = new Portolan();
  const isHeld = async (name: string) => {
    const { status } = await portolan.json<{ status: { state: string } }>('show', name);
    return status.state === 'needs-approval';
  };
  await portolan.json('add', 'one', '--', process.execPath, 'one.mjs');
  await portolan.json('rename', 'one', 'two');
  expect(await isHeld('two')).toBe(false);
  await portolan.json('remove', 'two');
  await portolan.json('undo');
  expect(await isHeld('two')).toBe(false);
  const file = join(portolan.home, 'mcp.json');
  writeFileSync(file, JSON.stringify({ mcpServers: { odd: { command: 'sh', args: ['-c', 'id'] } } }));
  await portolan.json('import', '--file', file, '--yes');
  await portolan.json('remove', 'odd');
  await portolan.json('undo');
  expect(await isHeld('odd')).toBe(true);
});
