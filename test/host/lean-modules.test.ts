// What the host leaves out of a package is really left out, and nothing that it shows changes.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const SHOW = `
const { z } = await import('zod');
const { error } = z.object({ name: z.string().max(2) }).safeParse({ name: 'long' });
console.log(JSON.stringify({ locales: Object.keys(z.locales).length, message: error.issues[0].message }));`;

async function inProcess(script: string) {
  const args = ['--input-type=module', '-e', script];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: new URL('../..', import.meta.url) });
  return JSON.parse(stdout) as { locales: number; message: string };
}

test('the host loads none of the translations of zod, and its messages stay English', async () => {
  const whole = await inProcess(SHOW);
  expect(whole.locales).toBeGreaterThan(40);
  const leanModules = new URL('../../host/lean-modules.ts', import.meta.url).href;
  const lean = await inProcess(`(await import('${leanModules}')).leaveOutTranslations();${SHOW}`);
  expect(lean).toEqual({ locales: 0, message: whole.message });
});
