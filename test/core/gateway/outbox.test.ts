import { Duplex } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { systemClock } from '../../../core/base/clock.ts';
import { StreamDownstream } from '../../../core/gateway/downstream.ts';
import { Outbox } from '../../../core/gateway/outbox.ts';

/** A stream that notes each of its writes, as the system would get them. */
function clientOf(outbox: Outbox, written: string[]) {
  const stream = new Duplex({
    read: () => undefined,
    write: (chunk: Buffer, _encoding, done) => {
      written.push(chunk.toString());
      done();
    },
    writev: (chunks, done) => {
      written.push(Buffer.concat(chunks.map(({ chunk }) => chunk as Buffer)).toString());
      done();
    },
  });
  const nothing = () => undefined;
  const events = { onLine: nothing, onTooLarge: nothing, onDrain: nothing, onGone: nothing };
  return { stream, downstream: new StreamDownstream(stream, { clock: systemClock, outbox }, events) };
}

test('what one turn sends to a client is one write, and only then are the outcomes recorded, together', async () => {
  const written: string[] = [];
  const outbox = new Outbox((work) => {
    written.push('[');
    work();
    written.push(']');
  });
  const one = clientOf(outbox, written);
  const other = clientOf(outbox, written);
  one.downstream.send(Buffer.from('1'));
  outbox.afterwards(() => written.push('outcome 1'));
  one.downstream.send(Buffer.from('2'));
  outbox.afterwards(() => written.push('outcome 2'));
  other.downstream.send(Buffer.from('3'));
  expect(written).toEqual([]);
  await turn();
  expect(written).toEqual(['1\n2\n', '3\n', '[', 'outcome 1', 'outcome 2', ']']);
});

test('where nothing is held, nothing waits', () => {
  const done: string[] = [];
  new Outbox().afterwards(() => done.push('outcome'));
  expect(done).toEqual(['outcome']);
});

test('a flush does not wait for the end of the turn, and what is sent after it goes out too', async () => {
  const written: string[] = [];
  const outbox = new Outbox();
  const { downstream } = clientOf(outbox, written);
  downstream.send(Buffer.from('1'));
  outbox.flush();
  expect(written).toEqual(['1\n']);
  downstream.send(Buffer.from('2'));
  await turn();
  expect(written).toEqual(['1\n', '2\n']);
});

test('a stream that is closed in mid-turn gives out what was sent to it first', async () => {
  const written: string[] = [];
  const { stream, downstream } = clientOf(new Outbox(), written);
  downstream.send(Buffer.from('last'));
  downstream.close();
  await turn();
  expect(written).toEqual(['last\n']);
  expect(stream.writableFinished).toBe(true);
});
