// Ids never cross: whatever ids clients choose and in whatever order things happen, an answer reaches its requester alone.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Frame } from '../../../core/connections/frame.ts';
import { attachTo, recorderGateway } from '../../support/gateway-rig.ts';
import { until } from '../../support/until.ts';

/** Ids as source text; some are equal to some readers. */
const IDS = ['1', '1.0', '"1"', '2', '"a"', '"\\u0061"', '-1', '9007199254740992', '9007199254740993', '1e0'];
const CLIENTS = 3;

const op = fc.oneof(
  { weight: 4, arbitrary: fc.record({ op: fc.constant('ask' as const), id: fc.constantFrom(...IDS) }) },
  { weight: 4, arbitrary: fc.record({ op: fc.constant('answer' as const), which: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('cancel' as const), id: fc.constantFrom(...IDS) }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('question' as const), id: fc.constantFrom(...IDS) }) },
);
const step = fc.tuple(fc.nat(CLIENTS - 1), op);

test('property 4: three clients with the same few ids, in any order: every answer reaches its requester and nobody else', async () => {
  const seen = { answered: 0, refused: 0, questions: 0, overlaps: 0 };
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(step, { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 4 }),
      async (rounds) => {
        const { gateway, source } = recorderGateway();
        const answered = new Set<string>();
        source.onSend = (frame, { frames }) => {
          if (frame.method !== 'x') return;
          const open = frames.filter(({ method, message }) => method === 'x' && !answered.has(tokenOf(message)));
          if (open.some((other) => valueOf(other) === valueOf(frame))) seen.overlaps++;
        };
        const parties = [];
        for (let owner = 0; owner < CLIENTS; owner++) {
          const { client } = attachTo(gateway, `server ${owner % 2}`);
          await client.initialize();
          parties.push({ client, upstream: source.last, asked: new Map<string, string>() });
        }
        let token = 0;
        for (const round of rounds) {
          for (const [owner, { op, ...what }] of round) {
            const { client, upstream, asked } = parties[owner] ?? expect.fail('no such client');
            if (op === 'ask' && 'id' in what) {
              const own = `${owner}/${token++}`;
              asked.set(own, what.id);
              client.send(`{"jsonrpc":"2.0","id":${what.id},"method":"x","params":{"token":"${own}"}}`);
            } else if (op === 'cancel' && 'id' in what) {
              client.send(`{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":${what.id}}}`);
            } else if (op === 'question' && 'id' in what) {
              upstream.say(`{"jsonrpc":"2.0","id":${what.id},"method":"roots/list","params":{"owner":${owner}}}`);
            } else if ('which' in what) {
              const open = upstream.frames.filter(
                ({ method, message }) => method === 'x' && !answered.has(tokenOf(message)),
              );
              const chosen = open[what.which % Math.max(open.length, 1)];
              if (chosen === undefined) continue;
              answered.add(tokenOf(chosen.message));
              upstream.answer(chosen.id, `{"token":"${tokenOf(chosen.message)}"}`);
            }
          }
          // All that was said in this round has arrived when what was said last has.
          const mark = token++;
          for (const { client, upstream } of parties) {
            client.notify('marker', { mark });
            await until(
              () => upstream.frames.at(-1)?.method === 'marker' && markOf(upstream.frames.at(-1)) === mark,
              'read',
            );
            upstream.say(`{"jsonrpc":"2.0","method":"marker","params":{"mark":${mark}}}`);
            await until(() => client.messages.at(-1)?.params?.['mark'] === mark, 'heard');
          }
        }
        for (const [owner, { client, upstream, asked }] of parties.entries()) {
          const forwarded = upstream.frames
            .filter(({ method }) => method === 'x')
            .map(({ message }) => tokenOf(message));
          expect(
            forwarded.every((own) => asked.has(own)),
            'a server gets its own client’s requests',
          ).toBe(true);
          const results = client.lines.filter((line) => line.includes('"token"'));
          const tokens = results.map((line) => (JSON.parse(line) as { result: { token: string } }).result.token);
          expect(new Set(tokens).size, 'nothing is answered twice').toBe(tokens.length);
          expect(
            tokens.filter((own) => !asked.has(own) || !answered.has(own)),
            'nothing of another',
          ).toEqual([]);
          for (const [at, own] of tokens.entries()) expect(results[at]).toContain(`"id":${asked.get(own)},`);
          const questions = client.messages.filter(({ method }) => method === 'roots/list');
          expect(questions.filter(({ params }) => params?.['owner'] !== owner)).toEqual([]);
          seen.answered += tokens.length;
          seen.refused += asked.size - forwarded.length;
          seen.questions += questions.length;
          client.stream.destroy();
        }
      },
    ),
    { numRuns: 60 },
  );
  expect(seen.overlaps, 'two requests in flight that a reader of JSON takes for one').toBe(0);
  expect(Math.min(seen.answered, seen.refused, seen.questions)).toBeGreaterThan(20);
});

/** The id as a reader of JSON sees it. */
function valueOf({ id = 'null' }: Frame): unknown {
  return JSON.parse(id);
}

function tokenOf(message: Frame['message']): string {
  return (message['params'] as { token: string }).token;
}

function markOf(frame: Frame | undefined): unknown {
  return (frame?.message['params'] as { mark?: number } | undefined)?.mark;
}
