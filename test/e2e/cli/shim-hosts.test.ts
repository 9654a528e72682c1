// `portolan connect` while hosts come, go and hand over.
import { cpSync, globSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { VERSION } from '../../../shared/version.ts';
import { Portolan, ROOT } from '../../support/portolan.ts';
import { ECHO, ShimProcess } from '../../support/shim-process.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { until } from '../../support/until.ts';

async function withEcho(): Promise<Portolan> {
  const portolan = new Portolan();
  await portolan.json('add', 'echo', '--', ...ECHO);
  return portolan;
}

const inFlight = async (portolan: Portolan) => (await portolan.json<{ inFlight: number }>('host', 'status')).inFlight;

/** The built product once more, in another version. */
function copyInVersion(version: string): string {
  const folder = tempDir();
  cpSync(join(ROOT, 'dist'), join(folder, 'dist'), { recursive: true });
  cpSync(join(ROOT, 'package.json'), join(folder, 'package.json'));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  // The build writes the number into every file that uses it.
  const holders = globSync(join(folder, 'dist', 'host', '*.js'));
  for (const file of holders) {
    const text = readFileSync(file, 'utf8');
    if (text.includes(VERSION)) writeFileSync(file, text.replaceAll(`"${VERSION}"`, `"${version}"`));
  }
  return join(folder, 'dist', 'cli', 'main.js');
}

test('a newer host takes over: the call in flight is answered, and the session goes on', async () => {
  const portolan = await withEcho();
  const shim = await new ShimProcess(portolan, 'echo').initialize();
  const before = portolan.hostPid();
  shim.call(1, 'slow', { steps: 30, ms: 100 });
  await until(async () => (await inFlight(portolan)) === 1, 'the call is in flight');
  const newer = new Portolan({ PORTOLAN_HOME: portolan.home });
  const status = newer.runCli(copyInVersion('99.0.0'), ['list', '--json']);
  // Said while the old host is leaving: whoever reads it must see that it is answered.
  await until(async () => (await portolan.run(['host', 'status'])).code === 5, 'the old host drains');
  shim.call(2, 'echo', { text: 'during' });
  expect((await shim.answer(1)).result?.['content']).toEqual([{ type: 'text', text: 'done' }]);
  expect((await shim.answer(2)).result?.['content']).toEqual([{ type: 'text', text: 'during' }]);
  expect((await status).code).toBe(0);
  shim.call(3, 'echo', { text: 'after' });
  expect((await shim.answer(3)).result?.['content']).toEqual([{ type: 'text', text: 'after' }]);
  const host = await portolan.json<{ version: string; pid: number }>('host', 'status');
  expect([host.version, host.pid === before]).toEqual(['99.0.0', false]);
  expect(shim.answers.filter((answer) => answer.id !== undefined).map((answer) => answer.id)).toEqual([0, 1, 2, 3]);
});

test('1,000 lines written before any host runs are answered once each', async () => {
  const portolan = await withEcho();
  await portolan.stop();
  const shim = new ShimProcess(portolan, 'echo');
  const ready = shim.initialize();
  for (let id = 1; id <= 1000; id += 1) shim.send({ id, method: 'ping' });
  await ready;
  await until(() => shim.answers.length >= 1001, 'everything is answered', 60_000);
  expect(new Set(shim.answers.map((answer) => answer.id)).size).toBe(1001);
  // No more than 256 may wait at one server: the rest is refused, each by its own id, and nothing is lost.
  const refused = shim.answers.filter((answer) => answer.error);
  expect(refused.filter((answer) => !answer.error?.message.startsWith('SERVER_BUSY'))).toEqual([]);
});

test('a line of 5 MB passes in both directions', async () => {
  const portolan = await withEcho();
  const shim = await new ShimProcess(portolan, 'echo').initialize();
  const text = 'é'.repeat(2_500_000);
  shim.call(1, 'echo', { text });
  const { result } = await shim.answer(1);
  expect(JSON.stringify(result) === JSON.stringify({ content: [{ type: 'text', text }] })).toBe(true);
});

test('a line that is half sent when the host dies reaches the next host whole', async () => {
  const portolan = await withEcho();
  const shim = await new ShimProcess(portolan, 'echo').initialize();
  const line = `${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'echo', arguments: { text: 'whole' } } })}\n`;
  shim.child.stdin.write(line.slice(0, 40));
  const before = portolan.hostPid() ?? 0;
  process.kill(before, 'SIGKILL');
  await until(() => portolan.hostPid() !== before && portolan.hostPid(), 'another host runs');
  shim.child.stdin.write(line.slice(40));
  expect((await shim.answer(1)).result?.['content']).toEqual([{ type: 'text', text: 'whole' }]);
});

test('no half line reaches a client whose host dies in the middle of an answer', async () => {
  const portolan = await withEcho();
  const shim = await new ShimProcess(portolan, 'echo').initialize();
  shim.child.stdout.pause();
  shim.call(1, 'echo', { text: 'x'.repeat(8_000_000) });
  await until(() => shim.child.stdout.readableLength > 0, 'the answer has begun');
  const before = portolan.hostPid() ?? 0;
  process.kill(before, 'SIGKILL');
  shim.child.stdout.resume();
  await until(() => portolan.hostPid() !== before && portolan.hostPid(), 'another host runs');
  shim.call(2, 'echo', { text: 'again' });
  expect((await shim.answer(2)).result?.['content']).toEqual([{ type: 'text', text: 'again' }]);
  expect(shim.unfinished).toBe('');
});

test('a client that speaks only after the host was replaced is initialised once', async () => {
  const portolan = await withEcho();
  const shim = new ShimProcess(portolan, 'echo');
  const sessions = async () => (await portolan.json<{ sessions: number }>('host', 'status')).sessions;
  await until(async () => (await sessions()) === 1, 'the shim is connected');
  const before = portolan.hostPid() ?? 0;
  process.kill(before, 'SIGKILL');
  await shim.initialize();
  shim.call(1, 'echo', { text: 'hello' });
  expect((await shim.answer(1)).result?.['content']).toEqual([{ type: 'text', text: 'hello' }]);
  expect(shim.answers.map((answer) => answer.id)).toEqual([0, 1]);
});
