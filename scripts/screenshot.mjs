// `npm run screenshot`: takes the README's picture of the built app: a private Portolan with three real servers, some calls,
// a real browser. Needs Chromium at /usr/bin/chromium and the packages of `npm test`.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';
import { build } from './build.mjs';

const root = join(import.meta.dirname, '..');
const out = process.argv[2] ?? join(root, 'docs', 'screenshot.png');
const home = mkdtempSync(join(tmpdir(), 'portolan-screenshot-'));
const folder = join(home, 'Documents');
// Commands by name, so that the picture shows no path of this machine.
const path = [join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter);
const env = { ...process.env, PATH: path, PORTOLAN_HOME: join(home, 'portolan'), HOME: home };
const portolan = (...args) => execFileSync(process.execPath, [join(root, 'dist', 'cli', 'main.js'), ...args], { env, encoding: 'utf8' });

await build();
mkdirSync(folder);
try {
  portolan('add', 'everything', '--', 'mcp-server-everything', 'stdio');
  portolan('add', 'documents', '--', 'mcp-server-filesystem', folder);
  portolan('add', 'memory', '--', 'mcp-server-memory');
  portolan('tools', 'documents');
  portolan('call', 'memory', 'read_graph');
  for (const message of ['one', 'two']) portolan('call', 'everything', 'echo', JSON.stringify({ message }));
  const { url } = JSON.parse(portolan('--no-open', '--json'));
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, colorScheme: process.argv[3] ?? 'light' });
  await page.goto(url);
  await page.getByRole('link', { name: /^Servers/ }).first().waitFor();
  const skip = page.getByRole('button', { name: 'Skip, start empty' });
  if (await skip.isVisible()) await skip.click();
  await page.goto(`${new URL(url).origin}/#/servers/everything/tools`);
  await page.getByText('echo', { exact: true }).first().click();
  await page.getByLabel('message').first().fill('Hello from the harbour');
  await page.getByRole('button', { name: 'Call tool' }).click();
  await page.getByText('Hello from the harbour').last().waitFor();
  await page.waitForLoadState('networkidle').catch(() => undefined);
  await page.screenshot({ path: out });
  await browser.close();
} finally {
  portolan('host', 'stop');
  rmSync(home, { recursive: true, force: true });
}
console.log(out);
