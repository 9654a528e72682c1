// What goes over the stdin and stdout of the shim and of the server behind it: messages, and nothing else.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Portolan, ROOT } from '../../support/portolan.ts';
import { ECHO, ShimProcess } from '../../support/shim-process.ts';
import { tempDir } from '../../support/temp-dir.ts';

const NOISY = [
  process.execPath,
  join(ROOT, 'test', 'fixtures', 'evil-stdio.mjs'),
  'noise',
  'flood-stdout=50',
  'stderr-text=words\n',
];

const isMessage = (value: unknown) => (value as { jsonrpc?: unknown }).jsonrpc === '2.0';

test('STD-02: noise of a server, failures and the shim’s own words reach no client’s stdin', async () => {
  const portolan = new Portolan();
  await portolan.json('add', 'noisy', '--', ...NOISY);
  await portolan.json('add', 'broken', '--', join(ROOT, 'no-such-program'));
  const noisy = await new ShimProcess(portolan, 'noisy').initialize();
  noisy.send({ id: 1, method: 'tools/list' });
  await noisy.answer(1);
  const broken = new ShimProcess(portolan, 'broken');
  broken.send({ id: 0, method: 'initialize', params: { protocolVersion: '2025-11-25', capabilities: {} } });
  await broken.answer(0);
  const unknown = new ShimProcess(portolan, 'nobody');
  unknown.send({ id: 0, method: 'initialize', params: {} });
  await unknown.ended();
  for (const shim of [noisy, broken, unknown]) {
    shim.child.stdin.end();
    await shim.ended();
    expect(shim.answers.filter((answer) => !isMessage(answer))).toEqual([]);
    expect(shim.unfinished).toBe('');
  }
  expect([noisy.answers.length, broken.answers.length, unknown.answers.length]).toEqual([2, 1, 1]);
  expect(unknown.stderr).toContain('SERVER_NOT_FOUND');
});

test('STD-01, STD-02: a server reads one message a line, however its client wrote it, and nothing else', async () => {
  const portolan = new Portolan();
  const record = join(tempDir(), 'record');
  await portolan.json('add', 'echo', '--env', `RECORD=${record}`, '--', ...ECHO);
  const shim = await new ShimProcess(portolan, 'echo').initialize();
  shim.child.stdin.write('\n  \r\n{"jsonrpc":"2.0",\t"id":1,"method":"tools/list"}\r\nnot a message\n');
  await shim.answer(1);
  shim.child.stdin.write(
    '{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"echo","arguments":{"text":"a\\nb\\u2028c"}}}\n',
  );
  expect((await shim.answer(2)).result).toEqual({ content: [{ type: 'text', text: 'a\nb\u2028c' }] });
  const lines = readFileSync(record, 'utf8').trimEnd().split('\n');
  expect(lines.filter((line) => !isMessage(JSON.parse(line)))).toEqual([]);
  expect(lines.map((line) => (JSON.parse(line) as { method: string }).method).slice(-2)).toEqual([
    'tools/list',
    'tools/call',
  ]);
});
