import { expect, test } from 'vitest';
import { type Frame, parseFrame } from '../../../core/connections/frame.ts';
import { Conversation } from '../../../core/gateway/conversation.ts';
import { HostLoad } from '../../../core/gateway/host-load.ts';
import { Outbox } from '../../../core/gateway/outbox.ts';
import { silentLogger } from '../../../core/base/logger.ts';
import { systemClock } from '../../../core/base/clock.ts';
import { MemoryAudit } from '../../support/memory-audit.ts';
import { RecordingSource } from '../../support/recording-upstream.ts';
import { until } from '../../support/until.ts';

const frame = (text: string, from: 'client' | 'server' = 'client'): Frame => parseFrame(Buffer.from(text), from);
const call = (id: string, token?: string): Frame =>
  frame(
    `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":"t"${token ? `,"_meta":{"progressToken":${token}}` : ''}}}`,
  );

/** A conversation under way with these calls, and what the client is told with the request it belongs to. */
async function talking(...calls: Frame[]) {
  const source = new RecordingSource();
  const told: [string | undefined, string | undefined][] = [];
  const conversation = new Conversation(
    { id: 's', server: 'recorder', caller: { name: 'c' } },
    {
      connections: source,
      audit: new MemoryAudit(),
      logger: silentLogger,
      clock: systemClock,
      load: new HostLoad(),
      outbox: new Outbox(),
      optionsOf: () => undefined,
      strictAudit: () => false,
      redact: undefined,
      onToolsChanged: () => undefined,
    },
    {
      deliver: ({ method }, relatedTo) => told.push([method, relatedTo]),
      onInitialized: () => undefined,
      onEnded: () => undefined,
      onBroken: () => undefined,
      onFull: () => undefined,
    },
  );
  for (const one of calls) conversation.fromClient(one);
  await until(() => source.opened[0]?.frames.length === calls.length, 'the calls left');
  return { source, told };
}

const PROGRESS = '{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":"p","progress":1}}';
const MESSAGE = '{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"x"}}';
const QUESTION = '{"jsonrpc":"2.0","id":"q","method":"elicitation/create","params":{}}';

test('progress belongs to the request with its token', async () => {
  const { source, told } = await talking(call('1'), call('"two"', '"p"'));
  source.last.say(PROGRESS);
  expect(told).toEqual([['notifications/progress', '"two"']]);
});

test('a question or a log message belongs to the only request under way', async () => {
  const { source, told } = await talking(call('7'));
  source.last.say(QUESTION);
  source.last.say(MESSAGE);
  expect(told).toEqual([
    ['elicitation/create', '7'],
    ['notifications/message', '7'],
  ]);
});

test('with several requests under way only the transport can tell, and its word counts', async () => {
  const { source, told } = await talking(call('7'), call('8'));
  source.last.say(MESSAGE);
  source.last.say(MESSAGE, '8');
  source.last.say(QUESTION, '8');
  expect(told).toEqual([
    ['notifications/message', undefined],
    ['notifications/message', '8'],
    ['elicitation/create', '8'],
  ]);
});
