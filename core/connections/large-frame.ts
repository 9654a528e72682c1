// Reads the long messages of servers a slice at a time: what `parseFrame` and `splitBatch` would give, without keeping everybody
// else waiting. What such a message holds is parsed when it is looked at, member by member.
import { setImmediate } from 'node:timers/promises';
import { isPlainUtf8 } from '../base/json-scan.ts';
import type { Span } from '../base/json-splice.ts';
import { JsonValidator } from '../base/json-validator.ts';
import { lazyObject } from '../base/lazy-object.ts';
import {
  batchItems,
  classify,
  type Frame,
  INVALID_REQUEST,
  invalid,
  PARSE_ERROR,
  parseFrame,
  refused,
} from './frame.ts';
import { noteIdSpan } from './request-id.ts';

/** Messages of servers from this size on, in bytes, are read here. */
export const LARGE_MESSAGE_BYTES = 1024 * 1024;

/** Some milliseconds of work. */
const SLICE_BYTES = 1024 * 1024;

/**
 * The message in a long text from a server, or the messages of the batch that it is. Others run between the slices.
 * @throws PortolanError FRAME_INVALID as `parseFrame` and `splitBatch`, and when a message has more than 10,000 members itself
 */
export async function readLargeFrames(text: Buffer): Promise<Frame[]> {
  const validator = await validate(text);
  if (validator.scan.top !== 'array') return [await oneFrame(text, validator)];
  const frames: Frame[] = [];
  for (const item of batchItems(text, validator.scan)) {
    frames.push(
      item.length < LARGE_MESSAGE_BYTES ? parseFrame(item, 'server') : await oneFrame(item, await validate(item)),
    );
  }
  return frames;
}

async function validate(text: Buffer): Promise<JsonValidator> {
  if (!isPlainUtf8(text)) throw invalid(PARSE_ERROR, 'The message is not plain UTF-8.');
  const validator = new JsonValidator(text);
  let verdict = validator.advance(SLICE_BYTES);
  while (verdict === 'unfinished') {
    await setImmediate();
    verdict = validator.advance(SLICE_BYTES);
  }
  const { scan } = validator;
  if (verdict === 'invalid') throw invalid(PARSE_ERROR, 'The message is not valid JSON.');
  if (verdict === 'too-many-members') throw invalid(INVALID_REQUEST, 'The message has too many members.', scan);
  const problem = verdict === 'too-deep' ? verdict : scan.problem;
  if (problem !== undefined) throw refused(scan, problem);
  return validator;
}

async function oneFrame(text: Buffer, { scan, members }: JsonValidator): Promise<Frame> {
  if (scan.top !== 'object') throw invalid(INVALID_REQUEST, 'The message is not a JSON object.');
  const id = members.find(({ key }) => key === 'id');
  const { bytes, idSpan } = await toSingleLine(text, id);
  if (idSpan !== undefined) noteIdSpan(bytes, idSpan);
  return classify(bytes, lazyObject(text, members), scan);
}

/** As `toSingleLine` of the frames; `id` as it stands in the text, `idSpan` as it stands in the outcome. */
async function toSingleLine(text: Buffer, id: Span | undefined): Promise<{ bytes: Buffer; idSpan: Span | undefined }> {
  if (!text.includes('\n') && !text.includes('\r')) return { bytes: text, idSpan: id };
  const line = Buffer.allocUnsafe(text.length);
  let used = 0;
  let idFrom = 0;
  for (let at = 0; at < text.length; ) {
    const end = Math.min(at + SLICE_BYTES, text.length);
    for (; at < end; at++) {
      const byte = text[at] ?? 0;
      if (at === id?.from) idFrom = used;
      if (byte !== 0x0a && byte !== 0x0d) line[used++] = byte;
    }
    await setImmediate();
  }
  const idSpan = id && { from: idFrom, end: idFrom + id.end - id.from };
  return { bytes: line.subarray(0, used), idSpan };
}
