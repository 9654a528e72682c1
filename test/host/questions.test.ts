// Questions of servers through the contract: listed, told as they come and go, answered by whoever looks.
import { join } from 'node:path';
import { isDefinedError } from '@orpc/client';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../core/base/clock.ts';
import { silentLogger } from '../../core/base/logger.ts';
import { QuestionDesk } from '../../core/gateway/question-desk.ts';
import { createClient } from '../../host/control-client.ts';
import { openControlSocket } from '../../host/control-socket.ts';
import { EventHub } from '../../host/events.ts';
import { createFeed } from '../../host/feed.ts';
import { COMMAND_LINE } from '../../host/parts.ts';
import { createRpcHandler } from '../../host/rpc.ts';
import { littleParts } from '../support/little-parts.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';
import { rigParts } from '../support/web-rig.ts';

const FORM = {
  message: 'Where?',
  requestedSchema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};

async function rig() {
  const socket = join(tempDir(), 'host.sock');
  const events = new EventHub();
  const feed = createFeed(events, { clock: systemClock, auditState: () => undefined });
  const desk = new QuestionDesk({
    clock: systemClock,
    isPresent: () => events.readers > 0,
    onChange: (waiting) => feed.questions(waiting),
  });
  const rpc = createRpcHandler({ ...rigParts(littleParts(), events), questions: desk }, () => undefined);
  const refuse = () => Promise.reject(new Error('not here'));
  const control = await openControlSocket({
    path: socket,
    logger: silentLogger,
    handlers: {
      health: () => ({ pid: process.pid, version: '0.0.0', draining: false }),
      rpc: (req, res) => rpc(req, res, { caller: COMMAND_LINE }),
      file: async () => false,
      connect: refuse,
      handOver: () => undefined,
      adopt: () => undefined,
    },
  });
  const abort = new AbortController();
  onTestFinished(() => {
    abort.abort();
    events.close();
    feed.stop();
    control.stopListening();
    control.destroyAll();
  });
  const ask = () => desk.ask({ server: 'maps', client: 'Editor', params: FORM }, abort.signal);
  return { desk, ask, client: createClient(socket) };
}

test('a question is in the list, in the snapshot and in the events until it is answered', async () => {
  const { desk, ask, client } = await rig();
  expect(desk.isPresent()).toBe(false);
  const heard: number[] = [];
  const stream = await client.system.events();
  const listen = async (): Promise<void> => {
    for await (const event of stream) if (event.type === 'questions') heard.push(event.questions.length);
  };
  listen().catch(() => undefined);
  await until(() => desk.isPresent(), 'the reader of events is somebody who looks');
  const answer = ask();
  const [question] = await client.questions.list();
  expect(question).toMatchObject({ server: 'maps', client: 'Editor', mode: 'form', message: 'Where?' });
  expect((await client.system.snapshot()).questions).toEqual([question]);
  await client.questions.answer({ id: question?.id ?? '', action: 'accept', content: { city: 'Rome' } });
  expect(await answer).toEqual({ action: 'accept', content: { city: 'Rome' } });
  await until(() => heard.length === 2, 'both changes are told');
  expect(heard).toEqual([1, 0]);
});

test('an answer that does not fit names the field, and the question stays', async () => {
  const { desk, ask, client } = await rig();
  void ask();
  const id = desk.list()[0]?.id ?? '';
  const failed = async (content: Record<string, unknown>, of = id) => {
    const error: unknown = await client.questions
      .answer({ id: of, action: 'accept', content })
      .catch((e: unknown) => e);
    return isDefinedError(error as Error) ? (error as { code: string; data: unknown }) : undefined;
  };
  expect(await failed({ city: 1 })).toMatchObject({ code: 'INPUT_INVALID', data: { facts: { field: 'city' } } });
  expect(desk.list().length).toBe(1);
  expect(await failed({ city: 'Rome' }, 'unknown')).toMatchObject({ code: 'NOT_FOUND' });
});
