// What a person does in a real browser to sign in, at the pages of oauth/sign-in-pages.ts.
import type { Browser } from 'playwright-core';

/**
 * Opens the address, types user and password, agrees, and gives the heading of the page at which that ends.
 */
export async function signInBy(
  browser: Browser,
  url: string,
  { user, password }: { readonly user: string; readonly password: string },
): Promise<string> {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await page.goto(url);
    await page.getByLabel('User').fill(user);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'Allow' }).click();
    await page.waitForURL('http://127.0.0.1:*/callback?*');
    return await page.locator('h1').innerText();
  } finally {
    await context.close();
  }
}
