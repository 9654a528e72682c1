// How `portolan connect` ends.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Portolan } from '../../support/portolan.ts';
import { ECHO, ShimProcess } from '../../support/shim-process.ts';
import { until } from '../../support/until.ts';

test('STD-08: ends with 0 after stdin ends, although nobody reads what is left', async () => {
  const portolan = new Portolan();
  await portolan.json('add', 'echo', '--', ...ECHO);
  const shim = await new ShimProcess(portolan, 'echo').initialize();
  shim.child.stdout.pause();
  shim.call(1, 'echo', { text: 'x'.repeat(4_000_000) });
  await until(() => shim.child.stdout.readableLength > 0, 'the answer has begun');
  shim.child.stdin.end();
  await shim.ended();
  expect(shim.exit).toBe(0);
});

test('what is answered in time after stdin ended still arrives', async () => {
  const portolan = new Portolan();
  await portolan.json('add', 'echo', '--', ...ECHO);
  const shim = await new ShimProcess(portolan, 'echo').initialize();
  shim.call(1, 'echo', { text: 'last' });
  await shim.answer(1);
  shim.child.stdin.end();
  await shim.ended();
  expect([shim.exit, shim.unfinished]).toEqual([0, '']);
});

test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('%s ends it with 0', async (signal) => {
  const portolan = new Portolan();
  await portolan.json('add', 'echo', '--', ...ECHO);
  const shim = await new ShimProcess(portolan, 'echo').initialize();
  shim.child.kill(signal);
  await shim.ended();
  expect(shim.exit).toBe(0);
});

test('a disabled server is refused with its code and the way to turn it on', async () => {
  const portolan = new Portolan();
  await portolan.json('add', 'echo', '--disabled', '--', ...ECHO);
  const shim = new ShimProcess(portolan, 'echo');
  shim.send({ id: 7, method: 'initialize', params: {} });
  await shim.ended();
  expect(shim.exit).toBe(1);
  expect(shim.stderr).toContain('(SERVER_DISABLED)\n  next: Turn it on with: portolan enable echo');
  expect(shim.answers).toMatchObject([{ id: 7, error: { code: -31000 } }]);
});

test('a data folder that cannot be used is told to the person and the client', async () => {
  const portolan = new Portolan();
  const file = join(portolan.home, 'file');
  writeFileSync(file, '');
  const shim = new ShimProcess(new Portolan({ PORTOLAN_HOME: file }), 'echo');
  shim.send({ id: 1, method: 'initialize', params: {} });
  await shim.ended();
  expect(shim.exit).toBe(1);
  expect(shim.stderr).toContain('(DATA_DIR_UNUSABLE)\n  next: ');
  expect(shim.answers).toMatchObject([{ id: 1 }]);
});

test('a host that ends while it starts is reported at once, with exit status 5', async () => {
  const portolan = new Portolan();
  mkdirSync(join(portolan.home, 'run', 'host.sock'), { recursive: true, mode: 0o700 });
  const shim = new ShimProcess(portolan, 'echo');
  shim.send({ id: 1, method: 'initialize', params: {} });
  await shim.ended();
  expect(shim.exit).toBe(5);
  expect(shim.stderr).toContain('the host ended while it was starting (HOST_UNREACHABLE)');
});
