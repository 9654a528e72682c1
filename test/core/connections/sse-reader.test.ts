import { expect, test } from 'vitest';
import { SseReader } from '../../../core/connections/sse-reader.ts';
import { peakMemory } from '../../support/peak-memory.ts';

interface Read {
  readonly events: { data: string; event: string; id?: string }[];
  readonly retries: number[];
  tooLarge: number;
}

function read(chunks: readonly (string | Buffer)[], maxEventBytes?: number): Read {
  const seen: Read = { events: [], retries: [], tooLarge: 0 };
  const reader = new SseReader((event) => seen.events.push({ ...event, data: event.data.toString() }), {
    ...(maxEventBytes === undefined ? {} : { maxEventBytes }),
    onRetry: (ms) => seen.retries.push(ms),
    onTooLarge: () => {
      seen.tooLarge++;
    },
  });
  for (const chunk of chunks) reader.push(Buffer.from(chunk));
  reader.end();
  return seen;
}

const STREAM = [
  '\ufeffid: 1\r\n', // a byte order mark, then the primer: an id without data
  'retry: 250\r\n\r\n',
  ': a comment\n',
  'event: message\ndata: {"a":\ndata: "é"}\n\n',
  'data:no space\rid\r\r',
  'data:  two spaces\n\n',
  'unknown: x\nretry: soon\nid: bad\u0000id\ndata\n\n',
  'event: endpoint\r\ndata: /messages?s=1\r\n\r\n',
  'data: cut off',
].join('');

const EXPECTED: Read = {
  events: [
    { data: '', event: 'message', id: '1' },
    { data: '{"a":\n"é"}', event: 'message' },
    { data: 'no space', event: 'message', id: '' },
    { data: ' two spaces', event: 'message' },
    { data: '', event: 'message' },
    { data: '/messages?s=1', event: 'endpoint' },
  ],
  retries: [250],
  tooLarge: 0,
};

test('FRM-19 reads every form of the event stream format', () => {
  expect(read([STREAM])).toEqual(EXPECTED);
});

test('FRM-04 the same stream cut at every boundary gives the same events', () => {
  const bytes = Buffer.from(STREAM);
  for (let cut = 0; cut <= bytes.length; cut++) {
    expect(read([bytes.subarray(0, cut), bytes.subarray(cut)])).toEqual(EXPECTED);
  }
  expect(read([...bytes].map((byte) => Buffer.of(byte)))).toEqual(EXPECTED);
});

test('FRM-19 comments alone make no event, and a comment cannot grow without end', () => {
  expect(read([': keep-alive\n\n'.repeat(10_000)]).events).toEqual([]);
  expect(read([':', 'x'.repeat(200)], 100)).toEqual({ events: [], retries: [], tooLarge: 1 });
});

test('FRM-19 an event over the limit is told once and ends the reading', () => {
  expect(read(['data: 1\n\n', `data: ${'x'.repeat(200)}`, '\n\ndata: 2\n\n'], 100)).toEqual({
    events: [{ data: '1', event: 'message' }],
    retries: [],
    tooLarge: 1,
  });
});

test('FRM-19 a million data lines are one event or one refusal, never a million objects', () => {
  const lines = 'data: \n'.repeat(1_000_000);
  expect(read([lines, '\n']).events.map((event) => event.data.length)).toEqual([999_999]);
  expect(read([lines, '\n'], 1_000)).toEqual({ events: [], retries: [], tooLarge: 1 });
});

test('a single data line is handed on without a copy', () => {
  const chunk = Buffer.from(`data: ${'x'.repeat(10_000)}\n\n`);
  const seen: Buffer[] = [];
  new SseReader((event) => seen.push(event.data)).push(chunk);
  expect(seen.map((data) => data.buffer === chunk.buffer)).toEqual([true]);
});

test('FRM-19 a 400 MB event is refused at the limit and held in less than twice it until then', async () => {
  const { growth, result } = await peakMemory(`
    const { SseReader } = await load('core/connections/sse-reader.ts');
    begin();
    const told = [];
    const reader = new SseReader(() => told.push('event'), { onTooLarge: () => told.push('too large') });
    reader.push(Buffer.from('data: '));
    for (let sent = 0; sent < 400 * 1024 * 1024 && told.length === 0; sent += 65536) reader.push(Buffer.alloc(65536, 120));
    result = told;`);
  expect(result).toEqual(['too large']);
  expect(growth).toBeLessThan(2 * 64 * 1024 * 1024);
});
