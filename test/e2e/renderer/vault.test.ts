// What a person does with the place of their secrets in the window.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { startFakeHost } from '../../support/fake-host.ts';
import { FILE_PASSPHRASE, LOCKED_FILE } from '../../support/fake-vault.ts';
import { launchBrowser, openWindow } from '../../support/window.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

async function open() {
  const host = await startFakeHost({});
  onTestFinished(() => host.close());
  const { page, close } = await openWindow(browser, host.url);
  onTestFinished(close);
  await page.evaluate(() => (location.hash = '/settings'));
  await page.getByText('Kept in', { exact: true }).waitFor();
  return { host, page };
}

it('unlocks the encrypted file with the passphrase and forgets it', async () => {
  const { host, page } = await open();
  host.world.patch({ vault: LOCKED_FILE });
  await page.getByLabel('Passphrase', { exact: true }).fill('wrong horse battery');
  await page.getByRole('button', { name: 'Unlock' }).click();
  await page.getByText('PASSPHRASE_WRONG').waitFor();
  expect(await page.getByLabel('Passphrase', { exact: true }).inputValue()).toBe('');
  await page.getByLabel('Passphrase', { exact: true }).fill(FILE_PASSPHRASE);
  await page.keyboard.press('Enter');
  await page.getByText('The encrypted file is unlocked').first().waitFor();
  expect(await page.content()).not.toContain(FILE_PASSPHRASE);
  await page.getByRole('button', { name: 'Lock', exact: true }).click();
  await page.getByText('KEYCHAIN_LOCKED').waitFor();
});

it('chooses the file only with the same passphrase twice, and the keychain with one more press', async () => {
  const { host, page } = await open();
  await page.getByText('Encrypted file', { exact: true }).click();
  const keep = page.getByRole('button', { name: 'Keep them in the encrypted file' });
  await page.getByLabel('Passphrase', { exact: true }).fill(FILE_PASSPHRASE);
  await page.getByLabel('The same again').fill('something else that is long');
  await page.getByText('Not the same.').waitFor();
  expect(await keep.isDisabled()).toBe(true);
  await page.getByLabel('The same again').fill(FILE_PASSPHRASE);
  await keep.click();
  await page.getByText('Secrets are kept in the encrypted file now').first().waitFor();
  await page.getByText('Memory', { exact: true }).click();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByLabel('Where secrets are kept').getByText('Keychain').click();
  await page.getByRole('button', { name: 'Keep them in the keychain' }).click();
  await expect
    .poll(() => host.world.received)
    .toEqual([
      { procedure: 'vault.use', input: { backend: 'file', passphrase: FILE_PASSPHRASE } },
      { procedure: 'vault.use', input: { backend: 'keychain' } },
    ]);
});
