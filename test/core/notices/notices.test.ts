// What a person is told, and how often: each thing once, together where it comes together, never more than he wants.
import { describe, expect, test } from 'vitest';
import { noticeSettingsSchema } from '../../../shared/model/notice.ts';
import type { SignIn } from '../../../shared/model/identity.ts';
import { NoticeRig } from '../../support/notice-rig.ts';

const HOUR_MS = 3_600_000;
const ask = (message: string) => ({ method: 'elicitation/create', params: { message } });
const asking = (...keys: string[]) => ({
  status: 'input_required',
  inputs: Object.fromEntries(keys.map((key) => [key, ask('EXAMPLE secret words')])),
});
const signIn = (over: Partial<SignIn> = {}): SignIn => ({
  id: 'a',
  kind: 'server',
  target: 'tickets',
  state: 'waiting',
  since: '',
  calls: 3,
  clients: [],
  scopes: [],
  newScopes: [],
  ...over,
});

describe('what is told', () => {
  test('a finished task, with how long it took and what became of its result', async () => {
    const rig = new NoticeRig();
    rig.task('a');
    rig.clock.advance(24 * 60_000);
    rig.report('a', { status: 'completed', statusMessage: 'EXAMPLE payload' });
    rig.apply('a', { kind: 'result', at: rig.clock.now(), outcome: 'stored' });
    await rig.told();
    expect(rig.shown).toEqual([
      {
        id: expect.any(String) as string,
        title: 'tool-a finished',
        body: 'github, after 24 min. The result is kept.',
        page: '/tasks/a',
        task: 'a',
        actions: [{ id: 'open', label: 'Open' }],
      },
    ]);
    expect(rig.records).toMatchObject([
      { kind: 'notice.shown', outcome: 'allowed', server: 'github', tool: 'tool-a', detail: { by: 'test', task: 'a' } },
    ]);
  });

  test('a failed and a lost task, and nothing of one that was cancelled', async () => {
    const rig = new NoticeRig();
    for (const id of ['a', 'b', 'c']) rig.task(id, id);
    rig.report('a', { status: 'failed', statusMessage: 'EXAMPLE payload' });
    rig.apply('b', { kind: 'unsupported', at: rig.clock.now() });
    rig.report('c', { status: 'cancelled' });
    expect(await rig.told()).toEqual(['tool-a failed', 'tool-b was lost']);
    expect(JSON.stringify([rig.shown, rig.records])).not.toContain('EXAMPLE');
  });

  test('words of the server only where that is allowed, with hidden characters made visible', async () => {
    const rig = new NoticeRig();
    rig.settings = noticeSettingsSchema.parse({ showText: true });
    rig.task('a', 'one');
    rig.task('b', 'two');
    rig.report('a', { status: 'failed', statusMessage: `BUILD\u202E_TIMEOUT\n${'x'.repeat(200)}` });
    rig.report('b', asking('k'));
    await rig.told();
    expect(rig.shown.map(({ body }) => body)).toEqual([
      expect.stringMatching(/^one: BUILD⟨U\+202E⟩_TIMEOUT x+…$/),
      'EXAMPLE secret words',
    ]);
    expect(rig.shown.every(({ title, body }) => title.length <= 40 && body.length <= 90)).toBe(true);
    // The record tells of the notice, not of the server's words.
    expect(JSON.stringify(rig.records)).not.toContain('EXAMPLE');
  });

  test('each question of a task once, and it is taken back when it is answered', async () => {
    const rig = new NoticeRig();
    rig.task('a', 'github', { status: 'working', ttlMs: 21.5 * HOUR_MS });
    rig.report('a', asking('k'));
    expect(await rig.told()).toEqual(['github needs your answer']);
    expect(rig.shown[0]).toMatchObject({
      body: 'tool-a is waiting, 21 h left.',
      actions: [
        { id: 'answer', label: 'Answer' },
        { id: 'cancel', label: 'Cancel task' },
      ],
    });
    rig.report('a', asking('k'));
    expect(await rig.told()).toHaveLength(1);
    expect(rig.closed).toEqual([]);
    rig.apply('a', { kind: 'answered', at: rig.clock.now(), keys: ['k'] });
    expect(rig.closed).toEqual([rig.shown[0]?.id]);
    rig.report('a', asking('k', 'second'));
    expect(await rig.told()).toHaveLength(2);
  });

  test('what is settled before its moment is over is not told', async () => {
    const rig = new NoticeRig();
    rig.task('a');
    rig.report('a', asking('k'));
    rig.apply('a', { kind: 'answered', at: rig.clock.now(), keys: ['k'] });
    expect(await rig.told()).toEqual([]);
    expect(rig.records).toEqual([]);
  });

  test('a task that its server is about to delete, ten minutes before, once, and not when its result is kept', async () => {
    const rig = new NoticeRig();
    for (const id of ['a', 'b']) rig.task(id, id, { status: 'working', ttlMs: 3 * HOUR_MS });
    rig.report('b', { status: 'completed' });
    rig.apply('b', { kind: 'result', at: rig.clock.now(), outcome: 'stored' });
    expect(await rig.told(3 * HOUR_MS - 10 * 60_000 - 1)).toEqual(['tool-b finished']);
    expect(await rig.told()).toEqual(['tool-b finished', 'tool-a ends in 9 min']);
    expect(rig.shown[1]).toMatchObject({ body: 'a drops it at 15:00.' });
    rig.report('a', { status: 'working', ttlMs: 3 * HOUR_MS });
    expect(await rig.told(5 * 60_000)).toHaveLength(2);
  });

  test('a sign-in that waits, once until somebody has signed in, and taken back then', async () => {
    const rig = new NoticeRig();
    for (const state of ['waiting', 'under-way', 'waiting'] as const) rig.notices.signInsChanged([signIn({ state })]);
    expect(await rig.told()).toEqual(['tickets needs a sign-in']);
    expect(rig.shown[0]).toMatchObject({ body: '3 calls are waiting.', page: '/identities' });
    rig.restart().signInsChanged([signIn({ id: 'of the next host' })]);
    expect(await rig.told()).toHaveLength(1);
    rig.notices.signInsChanged([]);
    rig.notices.signInsChanged([signIn({ id: 'later' })]);
    expect(await rig.told()).toHaveLength(2);
    rig.notices.signInsChanged([]);
    expect(rig.closed).toEqual([rig.shown[1]?.id]);
  });

  test('a question of a call, on its own page', async () => {
    const rig = new NoticeRig();
    const about = { id: 'q', server: 'github', client: 'x', at: '', message: 'EXAMPLE' };
    rig.notices.questionsChanged([{ ...about, mode: 'form', schema: {}, suspicious: [] }]);
    expect(await rig.told()).toEqual(['github needs your answer']);
    expect(rig.shown[0]).toMatchObject({ body: 'A call is waiting.', page: '/questions/q' });
    rig.notices.questionsChanged([]);
    expect(rig.closed).toHaveLength(1);
  });
});

describe('how often', () => {
  test('nothing twice across restarts, and what an earlier host could not tell is told by the next', async () => {
    const rig = new NoticeRig();
    for (const id of ['a', 'b', 'c']) rig.task(id, id);
    rig.report('a', { status: 'completed' });
    await rig.told();
    rig.report('b', { status: 'completed' });
    // It dies within the moment.
    rig.restart();
    rig.report('c', asking('k'));
    rig.restart();
    expect(await rig.told()).toEqual(['tool-a finished', 'tool-b finished', 'c needs your answer']);
    rig.restart();
    expect(await rig.told(HOUR_MS)).toHaveLength(3);
  });

  test('what ended more than a day ago is no news', async () => {
    const rig = new NoticeRig();
    rig.task('a');
    rig.settings = noticeSettingsSchema.parse({ level: 'none' });
    rig.report('a', { status: 'completed' });
    rig.settings = noticeSettingsSchema.parse({});
    rig.clock.advance(25 * HOUR_MS);
    rig.restart();
    expect(await rig.told()).toEqual([]);
  });

  test('things of one server within a moment are one notice', async () => {
    const rig = new NoticeRig();
    for (const id of ['a', 'b', 'c']) rig.task(id);
    rig.task('other', 'warehouse');
    for (const id of ['a', 'b', 'other']) rig.report(id, { status: 'completed' });
    rig.clock.advance(1_900);
    rig.report('c', asking('k'));
    expect(await rig.told()).toEqual(['3 notices from github', 'tool-other finished']);
    expect(rig.shown[0]).toMatchObject({ body: '1 needs your answer, 2 finished.', page: '/tasks' });
  });

  test('five a minute at most; the rest comes together', async () => {
    const rig = new NoticeRig();
    for (let index = 0; index < 9; index += 1) {
      rig.task(`t${index}`);
      rig.report(`t${index}`, { status: 'failed' });
      await rig.told();
    }
    expect(rig.titles).toEqual([
      'tool-t0 failed',
      'tool-t1 failed',
      'tool-t2 failed',
      'tool-t3 failed',
      'tool-t4 failed',
    ]);
    await rig.told(60_000);
    expect(rig.titles.slice(5)).toEqual(['4 more from github']);
  });

  test('nothing in quiet hours; afterwards one notice of all', async () => {
    const rig = new NoticeRig(new Date(2026, 0, 10, 23, 30).getTime());
    rig.settings = noticeSettingsSchema.parse({ quiet: { from: '22:00', to: '07:00' } });
    for (const id of ['a', 'b', 'c']) rig.task(id, id);
    rig.report('a', { status: 'completed' });
    rig.report('b', { status: 'failed' });
    rig.report('c', asking('k'));
    expect(await rig.told(7 * HOUR_MS)).toEqual([]);
    // Answered in the night: no news in the morning.
    rig.apply('c', { kind: 'answered', at: rig.clock.now(), keys: ['k'] });
    expect(await rig.told(30 * 60_000 + 60_000)).toEqual(['2 notices while it was quiet']);
    rig.report('c', asking('in the day'));
    expect(await rig.told()).toContain('c needs your answer');
  });

  test('what waits through quiet hours is told at once when they are turned off', async () => {
    const rig = new NoticeRig();
    rig.settings = noticeSettingsSchema.parse({ quiet: { from: '00:00', to: '23:59' } });
    rig.task('a');
    rig.report('a', { status: 'completed' });
    expect(await rig.told(HOUR_MS)).toEqual([]);
    rig.settings = noticeSettingsSchema.parse({});
    rig.notices.settingsChanged();
    expect(await rig.told(1)).toEqual(['tool-a finished']);
  });
});

test('each server as its setting says', async () => {
  const rig = new NoticeRig();
  rig.settings = noticeSettingsSchema.parse({ level: 'none', servers: { all: 'all', me: 'needs-me' } });
  for (const server of ['all', 'me', 'other', 'constructor']) {
    for (const id of ['done', 'asks']) rig.task(`${server}-${id}`, server);
    rig.report(`${server}-done`, { status: 'completed' });
    rig.report(`${server}-asks`, asking('k'));
  }
  expect(await rig.told()).toEqual(['2 notices from all', 'me needs your answer']);
});

test('a failure to show is recorded once, until something is shown again', async () => {
  const rig = new NoticeRig();
  const finish = async (id: string) => {
    rig.task(id);
    rig.report(id, { status: 'completed' });
    await rig.told();
  };
  rig.failure = new Error('no session bus');
  await finish('a');
  await finish('b');
  rig.failure = undefined;
  await finish('c');
  rig.failure = new Error('no session bus');
  await finish('d');
  expect(rig.records.map(({ kind, tool }) => [kind, tool])).toEqual([
    ['notice.failed', 'tool-a'],
    ['notice.shown', 'tool-c'],
    ['notice.failed', 'tool-d'],
  ]);
});
