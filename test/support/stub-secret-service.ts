// A Secret Service that misbehaves, on the session bus of DBUS_SESSION_BUS_ADDRESS; a program of its own.
// argv: `silent` answers nothing, `deny` refuses every call, `cancel` asks a person who then closes the window.
// Prints `ready` when it owns the name. (D-Bus specification: "Message Protocol"; Secret Service API 0.2)
import { connect, type Socket } from 'node:net';

type Field = readonly [code: number, signature: 'o' | 's' | 'u' | 'g', value: string | number];
interface Call {
  readonly serial: number;
  readonly sender: string;
  readonly path: string;
  readonly member: string;
  readonly body: Buffer;
}

const [CALL, REPLY, ERROR, SIGNAL] = [1, 2, 3, 4] as const;
const [PATH, INTERFACE, MEMBER, ERROR_NAME, REPLY_SERIAL, DESTINATION, SENDER, SIGNATURE] = [
  1, 2, 3, 4, 5, 6, 7, 8,
] as const;
const PROMPT = '/org/freedesktop/secrets/prompt/1';
const BUS = 'org.freedesktop.DBus';
let serial = 0;

/** Bytes in the alignment that D-Bus demands. */
class Writer {
  bytes: number[] = [];

  align(to: number): this {
    while (this.bytes.length % to !== 0) this.bytes.push(0);
    return this;
  }

  u32(value: number): this {
    this.align(4);
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(value);
    this.bytes.push(...bytes);
    return this;
  }

  text(text: string): this {
    this.u32(Buffer.byteLength(text));
    this.bytes.push(...Buffer.from(text), 0);
    return this;
  }

  signature(text: string): this {
    this.bytes.push(text.length, ...Buffer.from(text), 0);
    return this;
  }
}

function message(type: number, fields: readonly Field[], body: Buffer, flags = 0): Buffer {
  const list = new Writer();
  for (const [code, signature, value] of fields) {
    list.align(8).bytes.push(code);
    list.signature(signature);
    if (signature === 'u') list.u32(Number(value));
    else if (signature === 'g') list.signature(String(value));
    else list.text(String(value));
  }
  const head = new Writer();
  head.bytes.push('l'.charCodeAt(0), type, flags, 1);
  serial += 1;
  head.u32(body.length).u32(serial).u32(list.bytes.length);
  // The fields begin at 16, which is aligned for them.
  head.bytes.push(...list.bytes);
  return Buffer.concat([Buffer.from(head.align(8).bytes), body]);
}

function parse(bytes: Buffer): { type: number; call: Call; length: number } | undefined {
  if (bytes.length < 16) return undefined;
  const bodyLength = bytes.readUInt32LE(4);
  const fieldsEnd = 16 + bytes.readUInt32LE(12);
  const start = Math.ceil(fieldsEnd / 8) * 8;
  if (bytes.length < start + bodyLength) return undefined;
  const found = new Map<number, string>();
  for (let at = 16; at < fieldsEnd; ) {
    at = Math.ceil(at / 8) * 8;
    const code = bytes[at] ?? 0;
    const kind = String.fromCharCode(bytes[at + 2] ?? 0);
    at += 4;
    if (kind === 'g') {
      at += 2 + (bytes[at] ?? 0);
    } else if (kind === 'u') {
      at += 4;
    } else {
      const length = bytes.readUInt32LE(at);
      found.set(code, bytes.toString('utf8', at + 4, at + 4 + length));
      at += 5 + length;
    }
  }
  const of = (code: number) => found.get(code) ?? '';
  const call = {
    serial: bytes.readUInt32LE(8),
    sender: of(SENDER),
    path: of(PATH),
    member: of(MEMBER),
    body: bytes.subarray(start, start + bodyLength),
  };
  return { type: bytes[1] ?? 0, call, length: start + bodyLength };
}

function callBus(socket: Socket, member: string, signature: string, body: Buffer): void {
  const fields: Field[] = [
    [PATH, 'o', '/org/freedesktop/DBus'],
    [INTERFACE, 's', BUS],
    [MEMBER, 's', member],
    [DESTINATION, 's', BUS],
  ];
  if (signature !== '') fields.push([SIGNATURE, 'g', signature]);
  socket.write(message(CALL, fields, body));
}

function refuse(socket: Socket, call: Call, name: string): void {
  const fields: Field[] = [
    [ERROR_NAME, 's', name],
    [REPLY_SERIAL, 'u', call.serial],
    [DESTINATION, 's', call.sender],
  ];
  socket.write(message(ERROR, fields, Buffer.alloc(0)));
}

function reply(socket: Socket, call: Call, signature: string, body: Writer): void {
  const fields: Field[] = [
    [REPLY_SERIAL, 'u', call.serial],
    [DESTINATION, 's', call.sender],
  ];
  if (signature !== '') fields.push([SIGNATURE, 'g', signature]);
  socket.write(message(REPLY, fields, Buffer.from(body.bytes)));
}

/** Everything works, but what needs a person is cancelled. */
function cancel(socket: Socket, call: Call): void {
  switch (call.member) {
    case 'OpenSession':
      if (call.body.includes('dh-ietf')) return refuse(socket, call, 'org.freedesktop.DBus.Error.NotSupported');
      return reply(socket, call, 'vo', new Writer().signature('s').text('').text('/org/freedesktop/secrets/session/1'));
    case 'SearchItems':
      return reply(socket, call, 'aoao', new Writer().u32(0).u32(0));
    case 'CreateItem':
      return reply(socket, call, 'oo', new Writer().text('/').text(PROMPT));
    case 'GetAll':
      return reply(socket, call, 'a{sv}', new Writer().u32(0).align(8));
    case 'Prompt': {
      reply(socket, call, '', new Writer());
      const fields: Field[] = [
        [PATH, 'o', PROMPT],
        [INTERFACE, 's', 'org.freedesktop.Secret.Prompt'],
        [MEMBER, 's', 'Completed'],
        [SIGNATURE, 'g', 'bv'],
      ];
      socket.write(message(SIGNAL, fields, Buffer.from(new Writer().u32(1).signature('o').text('/').bytes)));
      return;
    }
    default:
      refuse(socket, call, 'org.freedesktop.DBus.Error.UnknownMethod');
  }
}

export type StubMode = 'silent' | 'deny' | 'cancel';

const mode = (process.argv[2] ?? 'silent') as StubMode;
const address = /unix:(path|abstract)=([^,;]+)/.exec(process.env['DBUS_SESSION_BUS_ADDRESS'] ?? '');
const socket = connect(`${address?.[1] === 'abstract' ? '\0' : ''}${address?.[2] ?? ''}`);
let received = Buffer.alloc(0);
let isOpen = false;
/** Of the bus: to Hello, then to RequestName. */
let replies = 0;

socket.write(`\0AUTH EXTERNAL ${Buffer.from(String(process.getuid?.())).toString('hex')}\r\n`);
socket.on('data', (bytes) => {
  received = Buffer.concat([received, bytes]);
  if (!isOpen) {
    const end = received.indexOf('\r\n');
    if (end < 0) return;
    received = received.subarray(end + 2);
    isOpen = true;
    socket.write('BEGIN\r\n');
    callBus(socket, 'Hello', '', Buffer.alloc(0));
    const name = new Writer().text('org.freedesktop.secrets').u32(0);
    callBus(socket, 'RequestName', 'su', Buffer.from(name.bytes));
  }
  for (let next = parse(received); next !== undefined; next = parse(received)) {
    received = received.subarray(next.length);
    if (next.type === REPLY && next.call.sender === BUS && (replies += 1) === 2) process.stdout.write('ready\n');
    if (next.type !== CALL) continue;
    if (mode === 'deny') refuse(socket, next.call, 'org.freedesktop.DBus.Error.AccessDenied');
    if (mode === 'cancel') cancel(socket, next.call);
  }
});
socket.on('close', () => process.exit(0));
