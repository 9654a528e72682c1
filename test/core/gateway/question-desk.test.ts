// Questions of servers wait at the desk for a person, and nothing about a link is done before the person says so.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { HumanQuestion } from '../../../core/eras/human.ts';
import { QuestionDesk } from '../../../core/gateway/question-desk.ts';
import type { Question } from '../../../shared/model/question.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { thrown } from '../../support/thrown.ts';

const schema = {
  type: 'object',
  properties: { city: { type: 'string', minLength: 2 }, token: { type: 'string' } },
  required: ['city'],
};
const FORM = { message: 'Where?', requestedSchema: schema };
const link = (url: string) => ({ mode: 'url', message: 'Look', url });

function rig() {
  const clock = new ManualClock();
  const changes: Question[][] = [];
  const desk = new QuestionDesk({ clock, isPresent: () => true, onChange: (questions) => changes.push(questions) });
  const ask = (params: HumanQuestion['params'] = FORM, server = 'maps', signal = new AbortController().signal) =>
    desk.ask({ server, client: 'Editor', tool: 'route', params }, signal);
  const first = (): Question => {
    const [question] = desk.list();
    if (question === undefined) throw new Error('no question waits');
    return question;
  };
  return { clock, changes, desk, ask, first };
}

describe('a form', () => {
  test('ELI-02: it names the server, the client and the tool, and is told to whoever looks', () => {
    const { ask, first, changes } = rig();
    void ask();
    expect(first()).toMatchObject({
      mode: 'form',
      server: 'maps',
      client: 'Editor',
      tool: 'route',
      message: 'Where?',
      at: '2026-01-01T12:00:00.000Z',
      schema,
      suspicious: ['token'],
    });
    expect(changes).toEqual([[first()]]);
  });

  test('an answer that fits ends it; one that does not names the field and leaves it', async () => {
    const { ask, first, desk, changes } = rig();
    const answer = ask();
    const { id } = first();
    const error = thrown(() => desk.answer(id, { action: 'accept', content: { city: 'x' } }));
    expect(error).toMatchObject({ code: 'INPUT_INVALID', data: { field: 'city' } });
    expect(desk.list().length).toBe(1);
    desk.answer(id, { action: 'accept', content: { city: 'Rome' } });
    expect(await answer).toEqual({ action: 'accept', content: { city: 'Rome' } });
    expect(changes.at(-1)).toEqual([]);
    expect(thrown(() => desk.answer(id, { action: 'cancel' }))).toMatchObject({ code: 'NOT_FOUND' });
  });

  test.each(['decline', 'cancel'] as const)('%s needs no content and sends none', async (action) => {
    const { ask, first, desk } = rig();
    const answer = ask();
    desk.answer(first().id, { action, content: { city: 'Rome' } });
    expect(await answer).toEqual({ action });
  });

  test('what is no flat form cannot be shown: it is cancelled', async () => {
    const { ask, desk } = rig();
    expect(await ask({ message: 'x', requestedSchema: { type: 'object' } })).toEqual({ action: 'cancel' });
    expect(await ask({ message: 'x' })).toEqual({ action: 'cancel' });
    expect(desk.list()).toEqual([]);
  });
});

describe('a link', () => {
  const LINKS: readonly [string, Partial<Question>][] = [
    [
      'https://pay.example.com/x?y=1',
      { url: 'https://pay.example.com/x?y=1', host: 'pay.example.com', punycode: false },
    ],
    ['https://bank.example@evil.example/x', { host: 'evil.example', punycode: false }],
    ['https://аpple.example/', { url: 'https://xn--pple-43d.example/', host: 'xn--pple-43d.example', punycode: true }],
    ['https://a.xn--pple-43d.example:8443/', { host: 'a.xn--pple-43d.example:8443', punycode: true }],
    ['http://127.0.0.1:9/', { host: '127.0.0.1:9', punycode: false }],
  ];

  test.each(LINKS)('PRX-18: %s is shown in full, with its host as it will be opened', (url, shown) => {
    const { ask, first } = rig();
    void ask(link(url));
    expect(first()).toMatchObject({ mode: 'url', ...shown });
  });

  test.each(['javascript:alert(1)', 'file:///etc/passwd', 'data:text/html,x', 'ftp://a.b/', 'nothing', ''])(
    'PRX-18: %j is never shown',
    async (url) => {
      const { ask, desk } = rig();
      expect(await ask(link(url))).toEqual({ action: 'cancel' });
      expect(desk.list()).toEqual([]);
    },
  );

  test('PRX-18: nobody fetches it, before or after the consent, which carries no content', async () => {
    let visits = 0;
    const server = createServer((_req, res) => {
      visits += 1;
      res.end();
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await new Promise((resolve) => {
      server.once('listening', resolve);
    });
    const { ask, first, desk } = rig();
    const answer = ask(link(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`));
    desk.answer(first().id, { action: 'accept', content: { city: 'Rome' } });
    expect(await answer).toEqual({ action: 'accept' });
    expect(visits).toBe(0);
  });
});

describe('bounds', () => {
  test('after ten minutes without an answer it is cancelled', async () => {
    const { ask, clock, desk } = rig();
    const answer = ask();
    clock.advance(10 * 60_000 - 1);
    expect(desk.list().length).toBe(1);
    clock.advance(1);
    expect(await answer).toEqual({ action: 'cancel' });
    expect(clock.waiting).toBe(0);
  });

  test('it is cancelled when the asker takes it back, at once or before', async () => {
    const { ask, desk, clock } = rig();
    const abort = new AbortController();
    const answer = ask(FORM, 'maps', abort.signal);
    abort.abort();
    expect(await answer).toEqual({ action: 'cancel' });
    expect(await ask(FORM, 'maps', abort.signal)).toEqual({ action: 'cancel' });
    expect(desk.list()).toEqual([]);
    expect(clock.waiting).toBe(0);
  });

  test('one server has thirty at most, and all together 256', async () => {
    const { ask, desk } = rig();
    for (let index = 0; index < 30; index++) void ask(FORM, 'greedy');
    expect(await ask(FORM, 'greedy')).toEqual({ action: 'cancel' });
    for (let index = 0; index < 226; index++) void ask(FORM, `server-${index}`);
    expect(desk.list().length).toBe(256);
    expect(await ask(FORM, 'late')).toEqual({ action: 'cancel' });
  });
});
