// Where secrets are kept, from the command line. Needs a keychain: run with test/support/with-keyring.sh.
import { spawn } from 'node:child_process';
import { closeSync, openSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { type Finished, Portolan, ROOT } from '../../support/portolan.ts';
import { expectNoSecret, filesBelow, guardedServer, SECRET } from '../../support/secret-canary.ts';

const PASSPHRASE = 'canary/passphrase+of~the-vault';
const CLI = join(ROOT, 'dist', 'cli', 'main.js');

interface State {
  readonly state: string;
  readonly kind: string;
  readonly reason?: { readonly code: string };
}

/** A server that demands the secret, which is in the keychain. */
async function prepared(env: Readonly<Record<string, string>> = {}): Promise<Portolan> {
  const portolan = new Portolan(env);
  await ok(portolan.run(['secret', 'set', 'tok'], `${SECRET}\n`));
  await ok(
    portolan.run([
      'add',
      'remote',
      '--url',
      (await guardedServer()).url,
      '--header',
      'Authorization=Bearer ${secret:tok}',
    ]),
  );
  return portolan;
}

async function ok(run: Promise<Finished>): Promise<Finished> {
  const finished = await run;
  expect([finished.code, finished.stderr]).toEqual([0, '']);
  return finished;
}

async function stateOf(portolan: Portolan): Promise<State> {
  return JSON.parse((await portolan.run(['vault', '--json'])).stdout) as State;
}

test('the encrypted file takes over from the keychain, is locked at every start, and holds nothing that can be read', async () => {
  const portolan = await prepared();
  expect(await stateOf(portolan)).toMatchObject({ state: 'unlocked', kind: 'keychain' });
  await ok(portolan.run(['vault', 'use', 'file'], `${PASSPHRASE}\n`));
  expect(await portolan.json('call', 'remote', 'greet')).toMatchObject({ isError: false });
  expect(statSync(join(portolan.home, 'vault.enc')).mode & 0o777).toBe(0o600);

  await portolan.stop();
  const locked = await portolan.run(['vault']);
  expect([locked.code, locked.stdout]).toEqual([1, expect.stringContaining('portolan vault unlock')]);
  const refused = await portolan.run(['call', 'remote', 'greet', '--json']);
  expect(refused.code).not.toBe(0);
  expect(refused.stdout).toContain('KEYCHAIN_LOCKED');

  const wrong = await portolan.run(['vault', 'unlock', '--json'], 'not the passphrase\n');
  expect([wrong.code, JSON.parse(wrong.stdout)]).toMatchObject([1, { error: { code: 'PASSPHRASE_WRONG' } }]);
  await ok(portolan.run(['vault', 'unlock'], `${PASSPHRASE}\n`));
  expect(await portolan.json('call', 'remote', 'greet')).toMatchObject({ isError: false });
  await ok(portolan.run(['vault', 'lock']));
  expect(await stateOf(portolan)).toMatchObject({ state: 'locked', reason: { code: 'KEYCHAIN_LOCKED' } });

  await portolan.stop();
  expectNoSecret(filesBelow(portolan.home));
  expect(filesBelow(portolan.home)).not.toContain(PASSPHRASE);
  expect(filesBelow(portolan.home)).toContain('chose file for secrets');
});

test('a host that nobody sits at is unlocked through a descriptor that whoever starts it passes on', async () => {
  const portolan = await prepared();
  await ok(portolan.run(['vault', 'use', 'file'], `${PASSPHRASE}\n`));
  await portolan.stop();
  const path = join(portolan.home, 'passphrase.txt');
  writeFileSync(path, `${PASSPHRASE}\n`, { mode: 0o600 });
  const descriptor = openSync(path, 'r');
  const status = spawn(process.execPath, [CLI, 'vault', '--json'], {
    env: { ...portolan.env, PORTOLAN_VAULT_FD: '3' },
    stdio: ['ignore', 'pipe', 'inherit', descriptor],
  });
  closeSync(descriptor);
  expect(JSON.parse(await text(status.stdout as Readable))).toMatchObject({ state: 'unlocked', kind: 'file' });
  expect(await portolan.json('call', 'remote', 'greet')).toMatchObject({ isError: false });
});

test.each([
  ['NO_SERVICE', { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent/bus', XDG_RUNTIME_DIR: '/nonexistent' }],
])('SEC-01 without a keychain memory is offered and works until the host ends', async (_name, env) => {
  const portolan = new Portolan(env);
  const refused = await portolan.run(['secret', 'set', 'tok', '--json'], `${SECRET}\n`);
  expect([refused.code, JSON.parse(refused.stdout)]).toMatchObject([1, { error: { code: 'KEYCHAIN_NO_BUS' } }]);
  const used = await portolan.run(['vault', 'use', 'memory']);
  expect([used.code, used.stderr]).toEqual([0, expect.stringContaining('gone when the host ends')]);
  await ok(portolan.run(['secret', 'set', 'tok'], `${SECRET}\n`));
  expect(await portolan.json('secret', 'list')).toMatchObject({ secrets: [{ name: 'tok' }] });
  await portolan.stop();
  expect(await portolan.json('secret', 'list')).toMatchObject({ secrets: [], vault: { kind: 'memory' } });
  expectNoSecret(filesBelow(portolan.home));
});

test('a place that does not exist, and an empty passphrase, are refused with the next step', async () => {
  const portolan = new Portolan();
  const place = await portolan.run(['vault', 'use', 'cloud']);
  expect([place.code, place.stderr]).toEqual([2, expect.stringContaining('keychain, file, memory')]);
  const empty = await portolan.run(['vault', 'use', 'file'], '\n');
  expect([empty.code, empty.stderr]).toEqual([2, expect.stringContaining('(INPUT_INVALID)')]);
});
