// The last messages of every session, for a person who looks for a fault: what, when, how large, and a masked text that is
// made only when somebody asks. Noting a message copies at most 4 KiB of it; a session costs 64 KiB at most.
import type { TraceFrame } from '../../shared/model/connection.ts';
import type { Clock } from '../base/clock.ts';
import { textOf, objectOf } from '../base/json-object.ts';
import { META, metaOf } from '../connections/era.ts';
import type { Frame } from '../connections/frame.ts';
import { maskedText } from './masked-text.ts';

export type Direction = TraceFrame['direction'];

/** What the host asks of it. */
export interface SessionTrace {
  frames(session: string): TraceFrame[];
  protocolVersion(session: string): string | undefined;
}

const KEPT_FRAMES = 200;
/** Bytes of texts held for one session; with the notes about 200 messages this stays below 64 KiB. */
const KEPT_BYTES = 40 * 1024;
/** Longer messages are told by method and size alone. */
const LONGEST_KEPT = 4 * 1024;

interface Note {
  readonly seq: number;
  readonly at: number;
  readonly direction: Direction;
  readonly kind: Frame['kind'];
  readonly method: string | undefined;
  readonly id: string | undefined;
  readonly bytes: number;
  /** Where the text begins, counted over everything that was ever written; undefined when it was too long to keep. */
  readonly place: number | undefined;
}

interface Ring {
  readonly notes: (Note | undefined)[];
  readonly texts: Buffer;
  seq: number;
  written: number;
  version: string | undefined;
}

export class FrameTrace implements SessionTrace {
  readonly #clock: Clock;
  readonly #redact: (text: string) => string;
  readonly #rings = new Map<string, Ring>();

  constructor(options: { clock: Clock; redact: (text: string) => string }) {
    this.#clock = options.clock;
    this.#redact = options.redact;
  }

  /** Notes one message of a session, in the order in which they pass. */
  note(session: string, direction: Direction, frame: Frame): void {
    const ring = this.#ringOf(session);
    const { kind, method, id, bytes } = frame;
    if (direction === 'from-client' && ring.version === undefined) ring.version = versionIn(frame);
    ring.seq += 1;
    ring.notes[ring.seq % KEPT_FRAMES] = {
      seq: ring.seq,
      at: this.#clock.now(),
      direction,
      kind,
      method,
      id,
      bytes: bytes.length,
      place: bytes.length > LONGEST_KEPT ? undefined : write(ring, bytes),
    };
  }

  /** The last 200 messages, oldest first. `text` is empty where it was too long or is not held any more. */
  frames(session: string): TraceFrame[] {
    const ring = this.#rings.get(session);
    if (ring === undefined) return [];
    return ring.notes
      .filter((note) => note !== undefined)
      .sort((a, b) => a.seq - b.seq)
      .map(({ seq, at, direction, kind, method, id, bytes, place }) => ({
        seq,
        at: new Date(at).toISOString(),
        direction,
        kind,
        ...(method === undefined ? {} : { method }),
        ...(id === undefined ? {} : { id: this.#redact(id).slice(0, 200) }),
        bytes,
        text: place === undefined ? '' : this.#textAt(ring, place, bytes),
      }));
  }

  /** What the client speaks, by its first message that tells. */
  protocolVersion(session: string): string | undefined {
    return this.#rings.get(session)?.version;
  }

  /** The session has ended. */
  forget(session: string): void {
    this.#rings.delete(session);
  }

  #ringOf(session: string): Ring {
    let ring = this.#rings.get(session);
    if (ring === undefined) {
      ring = { notes: [], texts: Buffer.allocUnsafeSlow(KEPT_BYTES), seq: 0, written: 0, version: undefined };
      this.#rings.set(session, ring);
    }
    return ring;
  }

  #textAt({ texts, written }: Ring, place: number, length: number): string {
    if (written - place > KEPT_BYTES) return '';
    const start = place % KEPT_BYTES;
    return maskedText(texts.toString('utf8', start, start + length), this.#redact);
  }
}

/** Copies the bytes into the ring, never across its end; gives their place. */
function write(ring: Ring, bytes: Buffer): number {
  const left = KEPT_BYTES - (ring.written % KEPT_BYTES);
  if (bytes.length > left) ring.written += left;
  const place = ring.written;
  bytes.copy(ring.texts, place % KEPT_BYTES);
  ring.written += bytes.length;
  return place;
}

function versionIn(frame: Frame): string | undefined {
  if (frame.method === 'initialize') return textOf(objectOf(frame.message['params'])?.['protocolVersion']);
  return textOf(metaOf(frame)?.[META.protocolVersion]);
}
