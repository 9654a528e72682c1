import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Unanswered } from '../../cli/unanswered.ts';

const lines = (...messages: unknown[]) =>
  Buffer.from(messages.map((message) => `${JSON.stringify(message)}\n`).join(''));
const request = (id: number | string) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name: 'x', arguments: { id: 99, method: 'y' } },
});

test('a request is unanswered until its response has passed, wherever the id stands', () => {
  const unanswered = new Unanswered();
  const idLast = { method: 'tools/list', params: { _meta: { progressToken: 7 } }, jsonrpc: '2.0', id: 3 };
  unanswered.sent(lines(request(1), request('two'), idLast, request(4)));
  unanswered.received(
    lines(
      { jsonrpc: '2.0', id: 1, result: { content: [{ id: 4 }] } },
      { result: { big: 'x'.repeat(5000), last: { id: 4 } }, jsonrpc: '2.0', id: 3 },
    ),
  );
  expect(unanswered.take()).toEqual(['"two"', '4']);
  expect(unanswered.take()).toEqual([]);
});

test('notifications, responses to the server and the server’s own requests do not count', () => {
  const unanswered = new Unanswered();
  unanswered.sent(
    lines({ jsonrpc: '2.0', method: 'notifications/initialized' }, { jsonrpc: '2.0', id: 0, result: {} }, request(5)),
  );
  unanswered.received(
    lines({ jsonrpc: '2.0', id: 5, method: 'roots/list' }, { method: 'ping', jsonrpc: '2.0', id: 5 }),
  );
  expect(unanswered.take()).toEqual(['5']);
});

test('ids are given back as they were written, beyond ASCII too', () => {
  const unanswered = new Unanswered();
  unanswered.sent(
    Buffer.from('{"jsonrpc":"2.0","id":"größe\\"x","method":"ping"}\n{ "id" : 9007199254740993, "method" : "ping" }\n'),
  );
  expect(unanswered.take()).toEqual(['"größe\\"x"', '9007199254740993']);
});

test('any cutting of the host’s bytes gives the same answer, for any number of lines', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.nat(5000), { maxLength: 40 }),
      fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 200 }),
      fc.nat(40),
      (ids, cuts, answeredCount) => {
        const unanswered = new Unanswered();
        unanswered.sent(lines(...ids.map(request)));
        const answers = lines(
          ...ids.slice(0, answeredCount).map((id) => ({ result: { text: 'é'.repeat(id % 300) }, jsonrpc: '2.0', id })),
        );
        for (let from = 0, turn = 0; from < answers.length; turn += 1) {
          const to = from + (cuts[turn % cuts.length] ?? 1);
          unanswered.received(answers.subarray(from, to));
          from = to;
        }
        expect(unanswered.take()).toEqual(ids.slice(answeredCount).map(String));
      },
    ),
    { numRuns: 300 },
  );
});

test('a long session keeps no more than the open requests', () => {
  const unanswered = new Unanswered();
  unanswered.sent(lines(request('open')));
  for (let id = 0; id < 20_000; id += 1) {
    unanswered.sent(lines(request(id)));
    unanswered.received(lines({ jsonrpc: '2.0', id, result: {} }));
  }
  expect(unanswered.take()).toEqual(['"open"']);
});
