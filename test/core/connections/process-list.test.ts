// The process table as three systems tell it, and the tree below one process.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { listProcesses, parseCim, parsePs, treeOf } from '../../../core/connections/process-list.ts';
import { until } from '../../support/until.ts';

describe('process list', () => {
  it('reads the lines of ps with names that hold spaces', () => {
    const text = '  101     1   101  12345 Sun Nov 22 10:20:30 2026     /Applications/My App.app/run it\nrubbish\n';
    expect(parsePs(text)).toEqual([
      {
        pid: 101,
        ppid: 1,
        session: 101,
        command: 'run it',
        startedAt: Date.parse('2026-11-22T10:20:30Z'),
        rssBytes: 12345 * 1024,
      },
    ]);
  });

  it('reads what Windows tells, for one process and for several', () => {
    const one = {
      ProcessId: 8,
      ParentProcessId: 4,
      Name: 'node.exe',
      WorkingSetSize: 2048,
      Started: 1_790_000_000_000,
    };
    const facts = { pid: 8, ppid: 4, session: 0, command: 'node.exe', startedAt: 1_790_000_000_000, rssBytes: 2048 };
    expect(parseCim(JSON.stringify(one))).toEqual([facts]);
    expect(parseCim(JSON.stringify([one, { ...one, Started: null }]))).toEqual([facts, { ...facts, startedAt: 0 }]);
  });

  it('finds a real tree with memory and age, a grandchild whose parent has ended included', async () => {
    const script = 'sh -c "sleep 300 & exec sleep 0.01" & wait; exec sleep 300';
    const child = spawn('sh', ['-c', script], { detached: true, stdio: 'ignore' });
    await once(child, 'spawn');
    const root = child.pid ?? 0;
    onTestFinished(() => void process.kill(-root, 'SIGKILL'));
    let tree: Awaited<ReturnType<typeof listProcesses>> = [];
    await until(async () => {
      tree = treeOf(root, await listProcesses());
      return tree.length === 2 && tree.every(({ command }) => command === 'sleep');
    }, 'the tree has two sleeping processes');
    expect(tree[0]).toMatchObject({ pid: root, ppid: process.pid });
    for (const { rssBytes, startedAt } of tree) {
      expect(rssBytes).toBeGreaterThan(100_000);
      expect(Math.abs(Date.now() - startedAt)).toBeLessThan(60_000);
    }
  });
});
