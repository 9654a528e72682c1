// Messages of D-Bus as bytes: the few types that notifications need, in little endian. (D-Bus specification, "Type System" and
// "Message Protocol")

/** What a body holds here: a string, a number, a list of strings, or an empty dictionary. */
type DbusValue =
  | readonly ['s', string]
  | readonly ['u' | 'i', number]
  | readonly ['as', readonly string[]]
  | readonly ['a{sv}'];

export interface DbusCall {
  readonly destination: string;
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  readonly body: readonly DbusValue[];
}

export interface DbusMessage {
  readonly type: 'call' | 'reply' | 'error' | 'signal';
  readonly sender: string;
  readonly interface: string;
  readonly member: string;
  /** Of an error: its name, such as `org.freedesktop.DBus.Error.ServiceUnknown`. */
  readonly error: string;
  /** Of a reply or an error: the serial of its call. */
  readonly replyTo: number;
  readonly body: DbusReader;
}

const TYPES = [undefined, 'call', 'reply', 'error', 'signal'] as const;
const CALL = 1;
const [PATH, INTERFACE, MEMBER, ERROR_NAME, REPLY_SERIAL, DESTINATION, SENDER, SIGNATURE] = [1, 2, 3, 4, 5, 6, 7, 8];
const HEAD_BYTES = 16;
/** Far more than a notification daemon says; the bus itself would let 128 MiB through. */
const MAX_MESSAGE_BYTES = 1024 * 1024;

/** The bytes of a call. `serial`: greater than 0, once for each connection. */
export function encodeCall(call: DbusCall, serial: number): Buffer {
  const body = new Writer();
  for (const value of call.body) writeValue(body, value);
  const fields = new Writer();
  const field = (code: number | undefined, signature: 'o' | 's' | 'g', text: string): void => {
    fields
      .align(8)
      .byte(code ?? 0)
      .signature(signature);
    if (signature === 'g') fields.signature(text);
    else fields.text(text);
  };
  field(PATH, 'o', call.path);
  field(INTERFACE, 's', call.interface);
  field(MEMBER, 's', call.member);
  field(DESTINATION, 's', call.destination);
  if (call.body.length > 0) field(SIGNATURE, 'g', call.body.map(([signature]) => signature).join(''));
  const head = new Writer().byte('l'.charCodeAt(0)).byte(CALL).byte(0).byte(1);
  // The fields begin at 16, which is aligned for them.
  head.u32(body.length).u32(serial).u32(fields.length).append(fields).align(8).append(body);
  return head.bytes();
}

/**
 * The first message in `bytes` and how many bytes it takes; undefined while it is not whole.
 * @throws Error for bytes that are no message, one in big endian, or one of more than 1 MiB
 */
export function decodeMessage(bytes: Buffer): { message: DbusMessage; length: number } | undefined {
  if (bytes.length < HEAD_BYTES) return undefined;
  const type = TYPES[bytes[1] ?? 0];
  const fieldsEnd = HEAD_BYTES + bytes.readUInt32LE(12);
  const start = Math.ceil(fieldsEnd / 8) * 8;
  const length = start + bytes.readUInt32LE(4);
  if (bytes[0] !== 'l'.charCodeAt(0) || type === undefined || length > MAX_MESSAGE_BYTES) {
    throw new Error('the session bus sent what is no message');
  }
  if (bytes.length < length) return undefined;
  const fields = new DbusReader(bytes.subarray(0, fieldsEnd), HEAD_BYTES);
  const found = new Map<number, string | number>();
  while (!fields.isAtEnd) {
    fields.align(8);
    const code = fields.byte();
    const signature = fields.signature();
    if (signature === 's' || signature === 'o') found.set(code, fields.text());
    else if (signature === 'g') found.set(code, fields.signature());
    else if (signature === 'u') found.set(code, fields.u32());
    else throw new Error('the session bus sent an unknown field');
  }
  const textOf = (code: number | undefined): string => String(found.get(code ?? 0) ?? '');
  const message = {
    type,
    sender: textOf(SENDER),
    interface: textOf(INTERFACE),
    member: textOf(MEMBER),
    error: textOf(ERROR_NAME),
    replyTo: Number(found.get(REPLY_SERIAL ?? 0) ?? 0),
    body: new DbusReader(bytes.subarray(start, length)),
  };
  return { message, length };
}

/** Reads values one after the other. Each method throws a RangeError where the bytes end too early. */
class DbusReader {
  readonly #bytes: Buffer;
  #at: number;

  constructor(bytes: Buffer, at = 0) {
    this.#bytes = bytes;
    this.#at = at;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  align(to: number): void {
    this.#at = Math.ceil(this.#at / to) * to;
  }

  byte(): number {
    const value = this.#bytes.readUInt8(this.#at);
    this.#at += 1;
    return value;
  }

  u32(): number {
    this.align(4);
    const value = this.#bytes.readUInt32LE(this.#at);
    this.#at += 4;
    return value;
  }

  text(): string {
    return this.#take(this.u32());
  }

  signature(): string {
    return this.#take(this.byte());
  }

  /** An array of strings. */
  texts(): string[] {
    const length = this.u32();
    const end = this.#at + length;
    const texts: string[] = [];
    while (this.#at < end) texts.push(this.text());
    return texts;
  }

  #take(length: number): string {
    const end = this.#at + length;
    if (end >= this.#bytes.length) throw new RangeError('the text is longer than the message');
    const text = this.#bytes.toString('utf8', this.#at, end);
    // Each text ends with a zero byte that is not counted.
    this.#at = end + 1;
    return text;
  }
}

/** Bytes in the alignment that D-Bus demands. */
class Writer {
  readonly #bytes: number[] = [];

  get length(): number {
    return this.#bytes.length;
  }

  bytes(): Buffer {
    return Buffer.from(this.#bytes);
  }

  align(to: number): this {
    while (this.#bytes.length % to !== 0) this.#bytes.push(0);
    return this;
  }

  byte(value: number): this {
    this.#bytes.push(value);
    return this;
  }

  u32(value: number): this {
    this.align(4);
    // Also for negative numbers, as two's complement.
    for (const shift of [0, 8, 16, 24]) this.#bytes.push((value >> shift) & 0xff);
    return this;
  }

  text(text: string): this {
    const bytes = Buffer.from(text);
    this.u32(bytes.length);
    this.#bytes.push(...bytes, 0);
    return this;
  }

  signature(text: string): this {
    this.#bytes.push(text.length, ...Buffer.from(text), 0);
    return this;
  }

  append(other: Writer): this {
    for (const byte of other.#bytes) this.#bytes.push(byte);
    return this;
  }
}

function writeValue(to: Writer, value: DbusValue): void {
  if (value[0] === 's') to.text(value[1]);
  else if (value[0] === 'as') {
    const items = new Writer();
    for (const item of value[1]) items.align(4).text(item);
    to.u32(items.length).append(items);
  } else if (value[0] === 'a{sv}') {
    // No entry; the place of the first one is aligned all the same.
    to.u32(0).align(8);
  } else to.u32(value[1]);
}
