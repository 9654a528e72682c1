// The tray's number: true at first, after every change, while the host is gone, and after it is back. Real little hosts.
import { expect, onTestFinished, test } from 'vitest';
import { followSessions } from '../../electron/follow-sessions.ts';
import { createClient, type HostClient } from '../../host/control-client.ts';
import { fakeTasks } from '../support/fake-tasks.ts';
import { FakeWorld } from '../support/fake-world.ts';
import { exitOf, LITTLE_HOST, socketOf, spawnHost } from '../support/host-process.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

test('the count follows the sessions across the death and return of the host', async () => {
  const home = tempDir();
  const first = spawnHost(home, LITTLE_HOST);
  const socket = await socketOf(home);
  const told: (number | undefined)[] = [];
  const questions: string[] = [];
  const signIns = new Set<number | undefined>();
  const end = new AbortController();
  onTestFinished(() => end.abort());
  const following = followSessions(
    createClient(socket),
    (counts) => {
      told.push(counts?.sessions);
      questions.push(...(counts?.questions ?? []));
      signIns.add(counts?.signIns);
    },
    end.signal,
  );
  await until(() => told.at(-1) === 0, 'no session is told');
  first.kill('SIGKILL');
  await exitOf(first);
  await until(() => told.length > 1 && told.at(-1) === undefined, 'the host is told to be gone');
  spawnHost(home, LITTLE_HOST);
  await until(() => told.at(-1) === 0, 'the new host is found');
  end.abort();
  await following;
  expect(questions).toEqual([]);
  // Both that wait in the little host, and nothing while none answers.
  expect(signIns).toEqual(new Set([2, undefined]));
  expect(told.filter((sessions) => sessions !== 0 && sessions !== undefined)).toEqual([]);
});

test('tasks that ask a person are counted, each once, until they are answered; other changes of tasks tell nothing', async () => {
  const world = new FakeWorld();
  const [asking, working] = fakeTasks(world.now);
  if (asking === undefined || working === undefined) throw new Error('there are no tasks');
  world.snapshot = { ...world.snapshot, tasks: [working] };
  const end = new AbortController();
  onTestFinished(() => end.abort());
  const system = {
    snapshot: () => Promise.resolve(world.snapshot),
    events: async function* () {
      for await (const { event } of world.events(1000, end.signal)) yield event;
    },
  };
  const told: (readonly string[] | undefined)[] = [];
  const client = { system } as unknown as HostClient;
  const following = followSessions(client, (counts) => told.push(counts?.tasks), end.signal);
  await until(() => told.length === 1, 'the snapshot is told');
  world.setTask({ ...working, message: 'still' });
  world.setTask(asking);
  world.setTask({ ...asking, message: 'please' });
  world.setTask({ ...asking, inputs: [], status: 'working' });
  await until(() => told.length === 3, 'the answer is told');
  end.abort();
  await following;
  expect(told).toEqual([[], ['asks'], []]);
});
