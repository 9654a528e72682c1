// Reads the texts of one server in their order: short ones at once, long ones in slices, and what comes after a long one when
// that is read. It must not know where the texts come from.
import { type PortolanError, toPortolanError } from '../../shared/errors.ts';
import { isSpace } from '../base/json-scan.ts';
import { type Frame, parseFrame, splitBatch } from './frame.ts';
import { LARGE_MESSAGE_BYTES, readLargeFrames } from './large-frame.ts';

const OPEN_ARRAY = 0x5b;

export interface FrameReaderEvents {
  onFrame(frame: Frame): void;
  /** A text that is no message, and no batch of messages. */
  onUnreadable(error: PortolanError, text: Buffer): void;
  /** A long text is being read: what comes meanwhile is held, so no more should come. False: it is read, and all that was held. */
  onBusy(isBusy: boolean): void;
}

export class FrameReader {
  readonly #events: FrameReaderEvents;
  #held: Buffer[] = [];
  #reading: Promise<void> | undefined;

  constructor(events: FrameReaderEvents) {
    this.#events = events;
  }

  /** Takes one text: a message or a batch. */
  take(text: Buffer): void {
    if (this.#reading !== undefined) this.#held.push(text);
    else if (isLong(text)) this.#reading = this.#readOn(text);
    else this.#readShort(text);
  }

  /** Resolves when every text that was taken is read. */
  async whenRead(): Promise<void> {
    await this.#reading;
  }

  async #readOn(first: Buffer): Promise<void> {
    this.#events.onBusy(true);
    await this.#readLong(first);
    for (const text of this.#held) {
      if (isLong(text)) await this.#readLong(text);
      else this.#readShort(text);
    }
    this.#held = [];
    this.#reading = undefined;
    this.#events.onBusy(false);
  }

  #readShort(text: Buffer): void {
    let frames: Frame[];
    try {
      frames = shortFrames(text);
    } catch (error) {
      this.#events.onUnreadable(toPortolanError(error), text);
      return;
    }
    for (const frame of frames) this.#events.onFrame(frame);
  }

  async #readLong(text: Buffer): Promise<void> {
    let frames: Frame[];
    try {
      frames = await readLargeFrames(text);
    } catch (error) {
      this.#events.onUnreadable(toPortolanError(error), text);
      return;
    }
    for (const frame of frames) this.#events.onFrame(frame);
  }
}

/**
 * The message in one text of a server, or the messages of the batch that it is.
 * @throws PortolanError FRAME_INVALID
 */
export async function readFrames(text: Buffer): Promise<Frame[]> {
  return isLong(text) ? readLargeFrames(text) : shortFrames(text);
}

/** Batches exist in MCP 2025-03-26 only; elsewhere they do no harm. */
function shortFrames(text: Buffer): Frame[] {
  let at = 0;
  while (isSpace(text[at])) at++;
  return text[at] === OPEN_ARRAY ? splitBatch(text, 'server') : [parseFrame(text, 'server')];
}

function isLong(text: Buffer): boolean {
  return text.length >= LARGE_MESSAGE_BYTES;
}
