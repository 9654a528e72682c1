// Yesterday's data folder put back, over the real keychain service of the test.
import { cpSync, rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Portolan } from '../../support/portolan.ts';

test('STO-12: yesterday’s profile works, and the verification tells that the log was put back', async () => {
  const portolan = new Portolan();
  await portolan.json('add', 'one', '--', process.execPath);
  await portolan.stop();
  const yesterday = `${portolan.home}-yesterday`;
  cpSync(portolan.home, yesterday, { recursive: true });
  await portolan.json('add', 'two', '--', process.execPath);
  expect(await portolan.json('audit', 'verify')).toMatchObject({ ok: true, keptHead: 'matches' });
  await portolan.stop();
  rmSync(portolan.home, { recursive: true });
  cpSync(yesterday, portolan.home, { recursive: true });
  rmSync(yesterday, { recursive: true });

  expect((await portolan.json<{ servers: { name: string }[] }>('list')).servers.map(({ name }) => name)).toEqual([
    'one',
  ]);
  const { code, stdout } = await portolan.run(['audit', 'verify', '--json']);
  expect(code).toBe(6);
  expect(JSON.parse(stdout)).toMatchObject({ ok: false, keptHead: 'differs', fault: { kind: 'rolled-back' } });
  expect((await portolan.run(['audit', 'verify'])).stdout).toMatch(/keychain remembers.*\(AUDIT_BROKEN\)/);
  expect((await portolan.run(['audit', 'list'])).stdout).toMatch(/integrity\.rollback +error/);
  // The profile is in use again: its catalog can be changed, and the secrets list holds no item of the log's.
  await portolan.json('add', 'three', '--', process.execPath);
  expect(await portolan.json('secret', 'list')).toMatchObject({ secrets: [] });
});
