// `audit tail` shows records as they are written and ends when the person says so.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { AuditSummary } from '../../../shared/model/audit-record.ts';
import { Portolan, ROOT } from '../../support/portolan.ts';
import { until } from '../../support/until.ts';

const ECHO = [process.execPath, join(ROOT, 'test', 'fixtures', 'echo-server.mjs')] as const;

test.each(['SIGINT', 'SIGTERM'] as const)(
  'tail streams a call that is made meanwhile and ends on %s with 0',
  async (signal) => {
    const portolan = new Portolan();
    await portolan.json('add', 'echo', '--', ...ECHO);
    const tail = startTail(portolan);
    await until(async () => {
      await portolan.json('call', 'echo', 'echo');
      return tail.records().length > 0;
    }, 'tail has connected');
    await portolan.run(['call', 'echo', 'fail']);
    const calls = () => tail.records().filter(({ what }) => what === 'fail');
    await until(() => calls().length === 2, 'the call is shown');
    expect(calls()).toMatchObject([
      { kind: 'call.intent', server: 'echo' },
      { kind: 'call.outcome', server: 'echo' },
    ]);
    tail.end(signal);
    expect(await tail.ended).toEqual({ code: 0, signal: null, stderr: '' });
  },
);

test('tail shows what its filter lets through, and nothing else', async () => {
  const portolan = new Portolan();
  for (const name of ['wanted', 'other']) await portolan.json('add', name, '--', ...ECHO);
  const tail = startTail(portolan, '--filter', 'kind:call.outcome', '--server', 'wanted');
  await until(async () => {
    for (const name of ['other', 'wanted']) await portolan.json('call', name, 'echo');
    return tail.records().length > 1;
  }, 'calls are shown');
  for (const record of tail.records()) expect(record).toMatchObject({ kind: 'call.outcome', server: 'wanted' });
  tail.end('SIGINT');
  expect(await tail.ended).toMatchObject({ code: 0 });
});

/** A tail that may still be connecting. */
function startTail(portolan: Portolan, ...filter: string[]) {
  const { command, args, env } = portolan.connect('x');
  const child = spawn(command, [...args.slice(0, 1), 'audit', 'tail', '--json', ...filter], { env });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise<{ code: number | null; signal: string | null; stderr: string }>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, stderr }));
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return {
    ended,
    /** Records of the complete lines printed so far. */
    records: () =>
      stdout
        .slice(0, stdout.lastIndexOf('\n') + 1)
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as AuditSummary),
    end: (signal: NodeJS.Signals) => child.kill(signal),
  };
}
