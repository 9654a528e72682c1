// What wrong use and wrong data look like: a code, a cause, a next step, the right exit status; with --json one document.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Portolan, ROOT } from '../../support/portolan.ts';
import { until } from '../../support/until.ts';

const SAMPLES = join(ROOT, 'test', 'fixtures', 'client-samples');

test.each([
  [['frobnicate'], '"portolan --help" shows every command.'],
  [['lst'], 'Did you mean "portolan list"?'],
  [['audit', 'verfy'], 'Did you mean "portolan audit verify"?'],
  [['host', 'strat'], 'Did you mean "portolan host start"?'],
  [['secret', 'ste', 'x'], 'Did you mean "portolan secret set"?'],
  [['list', '--jsn'], 'Did you mean --json?'],
  [['add'], 'Run "portolan add --help" to see what it takes.'],
  [['list', 'extra'], 'Run "portolan list --help" to see what it takes.'],
  [['audit', '--limit', '0'], 'Correct the value of --limit.'],
  [['serve', '--port', 'abc'], 'Correct the value of --port.'],
  [['call', 'a', 'b', '['], `quote them once: '{"message":"hello"}'`],
  [['help', 'zzzz'], '"portolan --help" shows every command.'],
])('portolan %j is wrong usage, as text and as JSON', async (args, hint) => {
  const portolan = new Portolan();
  const text = await portolan.run(args);
  expect([text.code, text.stdout]).toEqual([2, '']);
  expect(text.stderr).toMatch(/^portolan: .+ \(INPUT_INVALID\)\n {2}next: .+\n$/);
  expect(text.stderr).toContain(`next: ${hint}\n`);
  const json = await portolan.run([...args, '--json']);
  expect([json.code, json.stderr]).toEqual([2, '']);
  expect(JSON.parse(json.stdout)).toMatchObject({ error: { code: 'INPUT_INVALID', hint } });
});

test('--json means the same before and after the command', async () => {
  const portolan = new Portolan();
  const documents = await Promise.all(
    [
      ['--json', 'list'],
      ['list', '--json'],
    ].map((args) => portolan.run(args)),
  );
  expect(documents[0]).toEqual(documents[1]);
  expect(JSON.parse(documents[0]?.stdout ?? '')).toMatchObject({ servers: [] });
});

test('words after -- belong to the server', async () => {
  const portolan = new Portolan();
  const { stdout } = await portolan.run(['add', 'x', '--', 'node', '--json', '--', '--help']);
  expect(stdout).toContain('Added x.');
  expect(await portolan.json('show', 'x')).toMatchObject({
    endpoint: { command: 'node', args: ['--json', '--', '--help'] },
  });
});

test('a broken catalog is named with line and column and left as it is', async () => {
  const portolan = new Portolan();
  await portolan.json('add', 'x', '--', 'node');
  const file = join(portolan.home, 'catalog.json');
  const broken = '{\n  "mcpServers": { "x": ]\n';
  writeFileSync(file, broken);
  const shown = await until(async () => {
    const { stdout } = await portolan.run(['list']);
    return stdout.includes('CATALOG_INVALID') ? stdout : undefined;
  }, 'the edit is noticed');
  expect(shown).toMatch(/catalog\.json, line 2, column \d+: .+ \(CATALOG_INVALID\)/);
  expect((await portolan.run(['add', 'y', '--', 'node'])).code).toBe(1);
  expect(readFileSync(file, 'utf8')).toBe(broken);
});

test('nothing is imported where nobody can be asked', async () => {
  const portolan = new Portolan();
  const file = join(SAMPLES, 'claude-desktop.basic.json');
  const { code, stdout } = await portolan.run(['import', '--file', file, '--json']);
  expect(code).toBe(2);
  expect(JSON.parse(stdout)).toMatchObject({
    error: { code: 'INPUT_INVALID', hint: expect.stringContaining('--yes') as string },
  });
  expect(await portolan.json('list')).toMatchObject({ servers: [] });
});

test('doctor says so when no host can be reached', async () => {
  const portolan = new Portolan();
  const file = join(portolan.home, 'file');
  writeFileSync(file, '');
  const unusable = new Portolan({ PORTOLAN_HOME: file });
  const { code, stdout } = await unusable.run(['doctor', '--json']);
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ checks: [{ id: 'host', outcome: 'failed', code: 'DATA_DIR_UNUSABLE' }] });
  expect((await unusable.run(['serve', '--no-open'])).code).toBe(1);
});
