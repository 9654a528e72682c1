// A result that is not what its tool promised is shown as it came, with a line that says so.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { Portolan } from '../../support/portolan.ts';

const SERVER = fileURLToPath(new URL('../../fixtures/promising-server.mjs', import.meta.url));

interface Called {
  readonly result: { readonly structuredContent: unknown };
  readonly problem?: string;
}

test('TOL-06, TOL-07: portolan call tells when a tool breaks its promise, and fetches no schema', async () => {
  let fetched = 0;
  const schemas = createServer((_request, response) => {
    fetched += 1;
    response.end('{}');
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void schemas.close());
  await new Promise((resolve) => schemas.once('listening', resolve));
  const portolan = new Portolan();
  const url = `http://127.0.0.1:${(schemas.address() as AddressInfo).port}/schema.json`;
  await portolan.json('add', 'promising', '--', process.execPath, SERVER, url);

  expect((await portolan.json<Called>('call', 'promising', 'keeps')).problem).toBeUndefined();
  const broken = await portolan.run(['call', 'promising', 'breaks']);
  expect([broken.code, broken.stdout]).toEqual([0, '{"degrees":"warm"}\n']);
  expect(broken.stderr).toContain('does not fit the schema of the tool (/degrees): it must be number.');
  const told = await portolan.json<Called>('call', 'promising', 'breaks');
  expect(told.result.structuredContent).toEqual({ degrees: 'warm' });
  expect(told.problem).toContain('(/degrees)');

  const failed = await portolan.run(['call', 'promising', 'fails']);
  expect([failed.code, failed.stderr]).toEqual([1, '']);
  expect((await portolan.json<Called>('call', 'promising', 'far')).problem).toContain('is not fetched');
  expect(fetched).toBe(0);
});
