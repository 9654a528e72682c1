import { setImmediate } from 'node:timers/promises';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Frame, parseFrame, splitBatch } from '../../../core/connections/frame.ts';
import { FrameReader } from '../../../core/connections/frame-reader.ts';
import { LARGE_MESSAGE_BYTES, readLargeFrames } from '../../../core/connections/large-frame.ts';
import { withId } from '../../../core/connections/request-id.ts';
import { PortolanError } from '../../../shared/errors.ts';
import { FRAME_MATRIX } from '../../support/frame-matrix.ts';
import { membersText, messageText } from '../../support/json-text.ts';

const factsOf = ({ bytes, message, kind, id, method }: Frame) => ({
  text: bytes.toString(),
  message: JSON.stringify(message),
  kind,
  id,
  method,
});

async function refusalOf(read: () => unknown): Promise<unknown> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof PortolanError)) throw error;
    return { code: error.code, cause: error.message, data: error.data };
  }
}

/** An answer whose result is this long, with its members in this order. */
function longAnswer(members: readonly string[], length = LARGE_MESSAGE_BYTES): Buffer {
  const result = `"result":{"rows":[${'{"a":1},'.repeat(length / 8)}1],"isError":true}`;
  return Buffer.from(`{${members.map((each) => (each === 'result' ? result : each)).join(',')}}`);
}

const ID_LAST = longAnswer(['result', '"jsonrpc":"2.0"', '"id":7']);
const ID_FIRST = longAnswer(['"jsonrpc":"2.0"', '"id":7', 'result']);

describe('FRM-03 a long message of a server is the frame that a short one is', () => {
  test.each(FRAME_MATRIX)('$name', async ({ text }) => {
    const bytes = Buffer.from(text);
    const [frame] = await readLargeFrames(bytes);
    expect(frame && factsOf(frame)).toEqual(factsOf(parseFrame(bytes, 'server')));
  });

  test('any message, with newlines between its tokens too', async () => {
    const message = messageText(
      [
        ['"jsonrpc"', '"2.0"'],
        ['"id"', '7'],
        ['"result"', '{"isError":false,"content":[1]}'],
      ],
      membersText(['jsonrpc', 'id', 'method', 'error', 'result']),
    );
    await fc.assert(
      fc.asyncProperty(message, fc.boolean(), async (text, isSpread) => {
        const bytes = Buffer.from(isSpread ? `\r\n${text.replaceAll(/^\{|\}$/g, '\n$&\r\n')}` : text);
        const [frame] = await readLargeFrames(bytes);
        expect(frame && factsOf(frame)).toEqual(factsOf(parseFrame(bytes, 'server')));
        const renamed = frame && withId(frame, '"other"');
        expect(renamed && factsOf(renamed)).toEqual(factsOf(withId(parseFrame(bytes, 'server'), '"other"')));
      }),
    );
  });

  test.each([
    '',
    '5',
    'null',
    '{"jsonrpc":"2.0","id":1,"result":1',
    '\ufeff{"jsonrpc":"2.0","id":1,"result":1}',
    '{"jsonrpc":"2.0","id":1,"id":2,"result":1}',
    `{"jsonrpc":"2.0","id":1,"result":${'['.repeat(300)}${']'.repeat(300)}}`,
    '{"jsonrpc":"1.0","id":1,"result":1}',
    '{"jsonrpc":"2.0","id":1}',
    '{"jsonrpc":"2.0","result":1}',
    '{"jsonrpc":"2.0","id":{},"result":1}',
    '{"jsonrpc":"2.0","id":null,"result":1}',
    '{"jsonrpc":"2.0","id":1,"method":5}',
    '{"jsonrpc":"2.0","id":1,"method":"m","result":1}',
  ])('%s is refused in the same words', async (text) => {
    const expected = await refusalOf(() => parseFrame(Buffer.from(text), 'server'));
    expect(expected).toMatchObject({ code: 'FRAME_INVALID' });
    expect(await refusalOf(() => readLargeFrames(Buffer.from(text)))).toEqual(expected);
  });

  test('bytes that are no UTF-8 are refused', async () => {
    const bytes = Buffer.from('{"jsonrpc":"2.0","id":1,"result":"\x80"}', 'latin1');
    expect(await refusalOf(() => readLargeFrames(bytes))).toEqual(await refusalOf(() => parseFrame(bytes, 'server')));
  });

  test.each([
    ['of one', 1],
    ['of a hundred', 100],
    ['of a hundred and one', 101],
    ['of none', 0],
  ])('FRM-11 a batch %s, some of its messages long', async (_name, count) => {
    const items = Array.from({ length: count }, (_, id) =>
      id % 50 === 0 ? ID_LAST.toString() : `{"jsonrpc":"2.0","id":${id},"result":{}}`,
    );
    const bytes = Buffer.from(`[${items.join(' ,\n')}]`);
    const read = async (frames: Frame[] | Promise<Frame[]>) => (await frames).map(factsOf);
    expect(await refusalOf(() => read(readLargeFrames(bytes)))).toEqual(
      await refusalOf(async () => read(splitBatch(bytes, 'server'))),
    );
  });

  test('a batch within a batch is refused', async () => {
    const inner = `[${'1,'.repeat(LARGE_MESSAGE_BYTES / 2)}1]`;
    expect(await refusalOf(() => readLargeFrames(Buffer.from(`[${inner}]`)))).toMatchObject({ code: 'FRAME_INVALID' });
  });
});

describe('what a long message costs', () => {
  test('its result is not parsed to see whether the tool failed, nor to give it another id', async () => {
    for (const text of [ID_FIRST, ID_LAST]) {
      const bytes = Buffer.from(text);
      const [frame] = await readLargeFrames(bytes);
      if (frame === undefined) throw new Error('no frame');
      const renamed = withId(frame, '"new"');
      // From now on only what has been copied or noted can be read.
      bytes.fill('!', bytes.indexOf('[{"a"'), bytes.lastIndexOf(']'));
      const result = renamed.message['result'] as Record<string, unknown>;
      expect([renamed.message['id'], renamed.message['error'], result['isError']]).toEqual(['new', undefined, true]);
      expect(renamed.bytes.toString()).toBe(text.toString().replace('"id":7', '"id":"new"'));
      expect(withId(renamed, '10').bytes.toString()).toBe(text.toString().replace('"id":7', '"id":10'));
      expect(() => result['rows']).toThrow(SyntaxError);
    }
  });

  test('PRX-11 others go on while it is read', async () => {
    const text = longAnswer(['"jsonrpc":"2.0"', '"id":7', 'result'], 16 * LARGE_MESSAGE_BYTES);
    let turns = 0;
    const read = new AbortController();
    const others = (async () => {
      for (; !read.signal.aborted; turns++) await setImmediate();
    })();
    await readLargeFrames(text);
    read.abort();
    await others;
    expect(turns).toBeGreaterThanOrEqual(16);
  });
});

describe('FrameReader', () => {
  function readerOf() {
    const seen: string[] = [];
    const reader = new FrameReader({
      onFrame: (frame) => seen.push(`frame ${frame.id ?? ''}`),
      onUnreadable: (_error, text) => seen.push(`unreadable ${text.length}`),
      onBusy: (isBusy) => seen.push(isBusy ? 'busy' : 'free'),
    });
    return { reader, seen };
  }
  const short = (id: number) => Buffer.from(`{"jsonrpc":"2.0","id":${id},"result":{}}`);

  test('short texts are read at once', () => {
    const { reader, seen } = readerOf();
    for (const id of [1, 2]) reader.take(short(id));
    expect(seen).toEqual(['frame 1', 'frame 2']);
  });

  test('what follows a long text waits for it, and the order is kept', async () => {
    const { reader, seen } = readerOf();
    const broken = Buffer.alloc(LARGE_MESSAGE_BYTES, ' ');
    for (const text of [short(1), ID_LAST, short(2), broken, Buffer.from('x'), ID_FIRST, short(3)]) reader.take(text);
    expect(seen).toEqual(['frame 1', 'busy']);
    await reader.whenRead();
    const rest = ['frame 7', 'frame 2', `unreadable ${broken.length}`, 'unreadable 1', 'frame 7', 'frame 3', 'free'];
    expect(seen).toEqual(['frame 1', 'busy', ...rest]);
    reader.take(short(4));
    expect(seen.at(-1)).toBe('frame 4');
  });
});
