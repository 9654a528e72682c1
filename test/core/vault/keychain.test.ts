// The four states of a keychain, with a real gnome-keyring on a real session bus.
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { Keychain } from '../../../core/vault/keychain.ts';
import type { StubMode } from '../../support/stub-secret-service.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { rejected } from '../../support/thrown.ts';
import type { DrivenKeychain } from '../../support/keychain-driver.ts';
import type { VaultAnswer, VaultStep } from '../../support/vault-driver.ts';

const support = (name: string) => join(import.meta.dirname, '../../support', name);
const SECRET = 'canary-5f1c8e1d-of-the-four-states';

async function drive(
  where: 'keyring' | 'no-service' | 'no-bus',
  dataDir: string,
  steps: VaultStep[],
): Promise<VaultAnswer[]> {
  const { DBUS_SESSION_BUS_ADDRESS: _bus, XDG_RUNTIME_DIR: _run, DISPLAY: _display, ...env } = process.env;
  const node = [process.execPath, support('vault-driver.ts'), dataDir, JSON.stringify(steps)];
  const command = where === 'no-bus' ? node : [support('with-keyring.sh'), ...node];
  const { stdout } = await promisify(execFile)(command[0] ?? '', command.slice(1), {
    env: { ...env, ...(where === 'no-service' ? { NO_SERVICE: '1' } : {}) },
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as VaultAnswer);
}

test('SEC-01 unlocked: a secret goes in, comes out and goes away, and no file of ours holds it', async () => {
  const dir = tempDir();
  const answers = await drive('keyring', dir, [
    ['probe'],
    ['set', 'GITHUB', SECRET],
    ['get', 'GITHUB'],
    ['list'],
    ['get', 'OTHER'],
    ['remove', 'GITHUB'],
    ['get', 'GITHUB'],
    ['remove', 'GITHUB'],
  ]);
  expect(answers.map(({ result, error }) => error?.code ?? result ?? null)).toEqual([
    { state: 'unlocked', backend: 'Secret Service', kind: 'keychain' },
    'GITHUB',
    SECRET,
    ['GITHUB'],
    'SECRET_NOT_FOUND',
    null,
    'SECRET_NOT_FOUND',
    'SECRET_NOT_FOUND',
  ]);
  expect(filesHolding(dir, SECRET)).toEqual([]);
});

test('SEC-01 locked: nothing is called missing that may only be locked', async () => {
  const dir = tempDir();
  const answers = await drive('keyring', dir, [
    ['set', 'GITHUB', SECRET],
    ['lock'],
    ['get', 'GITHUB'],
    ['get', 'OTHER'],
    ['set', 'GITHUB', 'new'],
    ['remove', 'GITHUB'],
    ['list'],
    ['probe'],
  ]);
  expect(answers.slice(2, 6).map(({ error }) => error?.code)).toEqual(
    Array.from({ length: 4 }, () => 'KEYCHAIN_LOCKED'),
  );
  expect(answers[6]?.result).toEqual(['GITHUB']);
  expect(answers[7]?.result).toMatchObject({
    state: 'locked',
    reason: { code: 'KEYCHAIN_LOCKED', hint: expect.stringContaining('Unlock') },
  });
  expect(filesHolding(dir, SECRET)).toEqual([]);
});

test.each([
  ['no-service', 'KEYCHAIN_MISSING', 'install'],
  ['no-bus', 'KEYCHAIN_NO_BUS', 'dbus-run-session'],
] as const)('SEC-01 %s: every call says %s and what to do, and nothing is written', async (where, code, step) => {
  const dir = tempDir();
  const answers = await drive(where, dir, [['set', 'GITHUB', SECRET], ['get', 'GITHUB'], ['list'], ['probe']]);
  expect(answers.slice(0, 2).map(({ error }) => error?.code)).toEqual([code, code]);
  expect(answers[0]?.error?.hint).toContain(step);
  expect(answers[2]?.result).toEqual([]);
  expect(answers[3]?.result).toMatchObject({ state: where, reason: { code } });
  expect(filesHolding(dir, SECRET)).toEqual([]);
});

test('SEC-05 values of 2,000 bytes and 100 KB come back as they were, Unicode included', async () => {
  const values = ['x'.repeat(1_999), 'x'.repeat(2_000), `é\u{1F511}\n"${'ü'.repeat(50_000)}`];
  const steps = values.flatMap((value): VaultStep[] => [
    ['set', 'LONG', value],
    ['get', 'LONG'],
  ]);
  const answers = await drive('keyring', tempDir(), [...steps, ['set', 'LONG', 'short'], ['get', 'LONG']]);
  expect(answers.filter((_, index) => index % 2 === 1).map(({ result }) => result)).toEqual([...values, 'short']);
});

test('SEC-06 a profile that was copied to another place is told apart and given no secret', async () => {
  const [here, there] = [tempDir(), tempDir()];
  const node = (dir: string, steps: VaultStep[]) =>
    `'${process.execPath}' '${support('vault-driver.ts')}' '${dir}' '${JSON.stringify(steps)}'`;
  const script = `${node(here, [['set', 'A', SECRET]])} && cp '${here}'/state.db* '${there}' && ${node(there, [['list'], ['get', 'A']])}`;
  const { stdout } = await promisify(execFile)(support('with-keyring.sh'), ['sh', '-c', script]);
  expect(stdout).toContain('{"result":["A"]}');
  expect(stdout).toContain('KEYCHAIN_CHANGED');
  expect(stdout).not.toContain(SECRET);
});

test('SEC-04 a keychain that does not answer is given up, then asked again once it has answered', async () => {
  let answer: (value: string) => void = () => undefined;
  let asked = 0;
  const load = async () => ({
    getPassword: () => {
      asked += 1;
      return asked === 1
        ? new Promise<string>((resolve) => {
            answer = resolve;
          })
        : Promise.resolve('now');
    },
    setPassword: async () => undefined,
    deletePassword: async () => true,
  });
  const keychain = new Keychain({ service: 'test', timeoutMs: 20, load });
  expect(await rejected(keychain.get('a'))).toMatchObject({ code: 'KEYCHAIN_FAILED', data: { timeoutMs: 20 } });
  expect([(await rejected(keychain.get('b'))).code, asked]).toEqual(['KEYCHAIN_FAILED', 1]);
  answer('late');
  await Promise.resolve().then(() => undefined);
  await new Promise((resolve) => setImmediate(resolve));
  expect(await keychain.get('c')).toBe('now');
});

test.each([
  ['deny', 'refuses every call', ['KEYCHAIN_FAILED', 'KEYCHAIN_FAILED', 'KEYCHAIN_FAILED']],
  ['cancel', 'asks a person who closes the window', ['KEYCHAIN_LOCKED', null, 'KEYCHAIN_LOCKED']],
] as const)(
  'SEC-04 %s: a Secret Service that %s is never taken for one that stored something',
  async (mode, _what, codes) => {
    const { outcomes } = await misbehaving(mode);
    expect(outcomes.map(({ code, result }) => code ?? result)).toEqual(codes);
  },
);

test('SEC-04 a Secret Service that never answers is given up after 10 s, and the host goes on meanwhile', async () => {
  const { outcomes, turns } = await misbehaving('silent');
  expect(outcomes).toEqual(Array.from({ length: 3 }, () => ({ code: 'KEYCHAIN_FAILED', timeoutMs: 10_000 })));
  // A blocked loop would turn a few times at most; a busy machine still manages this many in ten seconds.
  expect(turns).toBeGreaterThan(100);
});

/** set, get and check against a stub. */
async function misbehaving(mode: StubMode): Promise<DrivenKeychain> {
  const { DBUS_SESSION_BUS_ADDRESS: _bus, XDG_RUNTIME_DIR: _run, DISPLAY: _display, ...env } = process.env;
  const { stdout } = await promisify(execFile)(
    support('with-keyring.sh'),
    [process.execPath, support('keychain-driver.ts'), mode],
    { env: { ...env, NO_SERVICE: '1' } },
  );
  return JSON.parse(stdout) as DrivenKeychain;
}

test('a keytar that cannot be loaded is a missing keychain with the package to install', async () => {
  const keychain = new Keychain({ service: 'test', load: () => Promise.reject(new Error('dlopen')) });
  expect(await rejected(keychain.get('a'))).toMatchObject({
    code: 'KEYCHAIN_MISSING',
    hint: expect.stringContaining('libsecret'),
  });
});

function filesHolding(dir: string, text: string): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => readFileSync(path).includes(text));
}
