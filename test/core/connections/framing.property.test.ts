// Framing loses nothing and invents nothing, however the bytes are cut: lines of stdio and events of an event stream.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineFramer } from '../../../core/connections/line-framer.ts';
import { SseReader } from '../../../core/connections/sse-reader.ts';
import { jsonText } from '../../support/json-text.ts';

/** Sizes of the chunks, used round and round. */
const cuts = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 });

function cut(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  return chunks;
}

/** A line as bytes: anything but a line feed, not empty, not ending as a line ending begins. */
const line = fc.oneof(
  jsonText.map((text) => Buffer.from(text)),
  fc
    .uint8Array({ minLength: 1, maxLength: 50 })
    .map((bytes) => Buffer.from(bytes.filter((byte) => byte !== 0x0a)))
    .filter((bytes) => bytes.length > 0 && bytes.at(-1) !== 0x0d),
);

test('property 1: lines written with any endings and cut anywhere are the lines that come out', () => {
  const lines = fc.array(fc.tuple(line, fc.constantFrom('\n', '\r\n', '\n\n', '\r\n\r\n')), { maxLength: 12 });
  fc.assert(
    fc.property(lines, cuts, fc.boolean(), (written, sizes, endsOpen) => {
      const stream = Buffer.concat(written.flatMap(([bytes, ending]) => [bytes, Buffer.from(ending)]));
      const last = written.at(-1)?.[1].length ?? 0;
      const read: Buffer[] = [];
      const framer = new LineFramer(
        // What it hands out may share memory with what comes next.
        (bytes) => read.push(Buffer.from(bytes)),
        () => expect.fail('nothing is too large'),
      );
      for (const chunk of cut(endsOpen ? stream.subarray(0, stream.length - last) : stream, sizes)) framer.push(chunk);
      framer.end();
      expect(read).toEqual(written.map(([bytes]) => bytes));
    }),
    { numRuns: 500 },
  );
});

test('property 1: messages written as events in any spelling and cut anywhere are the events that come out', () => {
  const ending = fc.constantFrom('\n', '\r\n', '\r');
  const event = fc.record({
    data: fc.array(jsonText, { minLength: 1, maxLength: 3 }),
    id: fc.option(fc.stringMatching(/^[a-z0-9_-]{1,8}$/), { nil: undefined }),
    comment: fc.option(fc.stringMatching(/^[a-z :]{0,6}$/), { nil: undefined }),
    pad: fc.constantFrom('', ' '),
  });
  fc.assert(
    fc.property(fc.array(event, { maxLength: 8 }), ending, cuts, fc.boolean(), (written, feed, sizes, marked) => {
      const stream = written.map(({ data, id, comment, pad }) =>
        [
          ...(comment === undefined ? [] : [`:${comment}`]),
          ...(id === undefined ? [] : [`id:${pad}${id}`]),
          // Without the pad, a space at the beginning of the data would be taken for it.
          ...data.map((text) => `data:${text.startsWith(' ') ? ' ' : pad}${text}`),
          '',
          '',
        ].join(feed),
      );
      const read: { data: string; id: string | undefined }[] = [];
      const reader = new SseReader(({ data, id }) => read.push({ data: data.toString(), id }));
      for (const chunk of cut(Buffer.from(`${marked ? '\ufeff' : ''}${stream.join('')}`), sizes)) reader.push(chunk);
      reader.end();
      expect(read).toEqual(written.map(({ data, id }) => ({ data: data.join('\n'), id })));
    }),
    { numRuns: 500 },
  );
});
