// Telemetry and the doctor as a person meets them: through the built program, with a real collector and real servers.
import { expect, test } from 'vitest';
import { ECHO_SERVER } from '../../support/gateway-rig.ts';
import { OtlpCollector } from '../../support/otlp-collector.ts';
import { Portolan } from '../../support/portolan.ts';
import { until } from '../../support/until.ts';

test('EXP-01: a call reaches the collector that was named, what it said does not; off means off', async () => {
  const portolan = new Portolan();
  const collector = await OtlpCollector.start();
  await portolan.json('add', 'echo', '--', process.execPath, ECHO_SERVER);
  expect(await portolan.json('telemetry')).toMatchObject({ on: false });
  await portolan.json('call', 'echo', 'echo', '{"text":"before"}');
  const set = ['set', '--endpoint', collector.url, '--header', 'x-home=${env:HOME}'];
  expect(await portolan.json('telemetry', ...set)).toMatchObject({ on: true, endpoint: collector.url });
  await portolan.json('call', 'echo', 'echo', '{"text":"canary-argument"}');
  await until(() => collector.spans.some(({ name }) => name === 'tools/call echo'), 'the span arrived');
  expect(await portolan.json('telemetry')).toMatchObject({ spans: { dropped: 0 } });
  await portolan.json('telemetry', 'off');
  const before = collector.spans.length;
  await portolan.json('call', 'echo', 'echo', '{"text":"after"}');
  await portolan.stop();
  expect(collector.spans).toHaveLength(before);
  expect(collector.faults).toEqual([]);
  expect(collector.metrics.has('mcp.server.operation.duration')).toBe(true);
  expect(
    collector.headers.every((headers) => headers['x-home'] !== undefined && !headers['x-home'].includes('$')),
  ).toBe(true);
  expect(collector.bodies.join('\n')).not.toMatch(/canary-argument|before|after/);
});

test('a collector that headers must not reach is refused', async () => {
  const portolan = new Portolan();
  const refused = async (...args: string[]) => {
    const { code, stdout } = await portolan.run(['telemetry', 'set', ...args, '--json']);
    expect(code).not.toBe(0);
    return (JSON.parse(stdout) as { error: { code: string } }).error.code;
  };
  expect(await refused('--endpoint', 'http://collector.example.com')).toBe('URL_REFUSED');
  const key = 'Authorization=Bearer ghp_0123456789abcdefghij0123456789abcdef';
  expect(await refused('--endpoint', 'https://c.example.com', '--header', key)).toBe('INPUT_INVALID');
  expect(await refused('--endpoint', 'https://c.example.com', '--header', 'nothing')).toBe('INPUT_INVALID');
  expect(await portolan.json('telemetry')).toMatchObject({ on: false });
});

test('the doctor ends with 1 when something failed, names it, and gives the next step', async () => {
  const portolan = new Portolan();
  await portolan.json('add', 'gone', '--', '/nowhere/at/all');
  const well = await portolan.run(['doctor', '--json']);
  expect(well.code).toBe(0);
  const ill = await portolan.run(['doctor', 'gone', '--json']);
  expect(ill.code).toBe(1);
  const { checks } = JSON.parse(ill.stdout) as {
    checks: { id: string; outcome: string; code?: string; hint?: string }[];
  };
  expect(checks.filter(({ outcome }) => outcome === 'failed')).toMatchObject([
    { id: 'command', code: 'SPAWN_NOT_FOUND', hint: expect.stringMatching(/./) as string },
  ]);
  expect((await portolan.run(['doctor', 'gone'])).stdout).toMatch(/FAILED {2}The command is found: .*\n {8}next: /);
});
