// A notification service on the session bus of DBUS_SESSION_BUS_ADDRESS; a program of its own. argv: its capabilities.
// Tells over the process channel of every call: `{member, args}` with Notify's texts, and `{ready: true}` when it owns the
// name. `{action: [number, key]}` and `{dismiss: number}` from there make it tell what a person would press.
// (Desktop Notifications Specification 1.3)
import { connect } from 'node:net';

type Field = readonly [code: number, signature: 'o' | 's' | 'u' | 'g', value: string | number];

const [CALL, REPLY, SIGNAL] = [1, 2, 4] as const;
const [PATH, INTERFACE, MEMBER, REPLY_SERIAL, DESTINATION, SENDER, SIGNATURE] = [1, 2, 3, 5, 6, 7, 8] as const;
const BUS = 'org.freedesktop.DBus';
const NAME = 'org.freedesktop.Notifications';
const capabilities = process.argv.slice(2);
let serial = 0;
let shown = 0;
/** Of the bus: to Hello, then to RequestName. */
let replies = 0;

class Bytes {
  list: number[] = [];
  align(to: number): this {
    while (this.list.length % to !== 0) this.list.push(0);
    return this;
  }
  u32(value: number): this {
    this.align(4);
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(value);
    this.list.push(...bytes);
    return this;
  }
  text(text: string): this {
    this.u32(Buffer.byteLength(text)).list.push(...Buffer.from(text), 0);
    return this;
  }
  signature(text: string): this {
    this.list.push(text.length, ...Buffer.from(text), 0);
    return this;
  }
}

function send(type: number, fields: readonly Field[], body: Bytes): void {
  const list = new Bytes();
  for (const [code, signature, value] of fields) {
    list.align(8).list.push(code);
    list.signature(signature);
    if (signature === 'u') list.u32(Number(value));
    else if (signature === 'g') list.signature(String(value));
    else list.text(String(value));
  }
  const head = new Bytes();
  head.list.push('l'.charCodeAt(0), type, 0, 1);
  serial += 1;
  head
    .u32(body.list.length)
    .u32(serial)
    .u32(list.list.length)
    .list.push(...list.list);
  socket.write(Buffer.from([...head.align(8).list, ...body.list]));
}

function callBus(member: string, signature: string, body: Bytes): void {
  const to: Field[] = [
    [PATH, 'o', '/org/freedesktop/DBus'],
    [INTERFACE, 's', BUS],
    [MEMBER, 's', member],
    [DESTINATION, 's', BUS],
  ];
  send(CALL, signature === '' ? to : [...to, [SIGNATURE, 'g', signature]], body);
}

function signal(member: string, signature: string, body: Bytes): void {
  const from: Field[] = [
    [PATH, 'o', '/org/freedesktop/Notifications'],
    [INTERFACE, 's', NAME],
    [MEMBER, 's', member],
    [SIGNATURE, 'g', signature],
  ];
  send(SIGNAL, from, body);
}

/** Reads strings, numbers and lists of strings from `bytes`. */
function reader(bytes: Buffer, start: number) {
  const cursor = { at: start };
  const u32 = (): number => {
    cursor.at = Math.ceil(cursor.at / 4) * 4 + 4;
    return bytes.readUInt32LE(cursor.at - 4);
  };
  const text = (): string => {
    const length = u32();
    cursor.at += length + 1;
    return bytes.toString('utf8', cursor.at - length - 1, cursor.at - 1);
  };
  const texts = (): string[] => {
    const length = u32();
    const end = cursor.at + length;
    const found: string[] = [];
    while (cursor.at < end) found.push(text());
    return found;
  };
  return { u32, text, texts };
}

function answer(member: string, body: ReturnType<typeof reader>, to: Field[]): void {
  if (member === 'GetCapabilities') {
    const list = new Bytes();
    for (const name of capabilities) list.align(4).text(name);
    const reply = new Bytes().u32(list.list.length);
    reply.list.push(...list.list);
    return send(REPLY, [...to, [SIGNATURE, 'g', 'as']], reply);
  }
  if (member === 'Notify') {
    const [app, , , title, text] = [body.text(), body.u32(), body.text(), body.text(), body.text()];
    shown += 1;
    process.send?.({ member, number: shown, app, title, body: text, actions: body.texts() });
    return send(REPLY, [...to, [SIGNATURE, 'g', 'u']], new Bytes().u32(shown));
  }
  if (member === 'CloseNotification') process.send?.({ member, number: body.u32() });
  return send(REPLY, to, new Bytes());
}

function take(bytes: Buffer, bodyStart: number): void {
  const found = new Map<number, string>();
  const fieldsEnd = 16 + bytes.readUInt32LE(12);
  for (let at = 16; at < fieldsEnd; ) {
    at = Math.ceil(at / 8) * 8;
    const [code = 0, kind] = [bytes[at], String.fromCharCode(bytes[at + 2] ?? 0)];
    at += 4;
    if (kind === 'g') at += 2 + (bytes[at] ?? 0);
    else if (kind === 'u') at += 4;
    else {
      const length = bytes.readUInt32LE(at);
      found.set(code, bytes.toString('utf8', at + 4, at + 4 + length));
      at += 5 + length;
    }
  }
  const sender = found.get(SENDER) ?? '';
  if (bytes[1] === REPLY && sender === BUS && (replies += 1) === 2) process.send?.({ ready: true });
  if (bytes[1] !== CALL) return;
  const to: Field[] = [
    [REPLY_SERIAL, 'u', bytes.readUInt32LE(8)],
    [DESTINATION, 's', sender],
  ];
  answer(found.get(MEMBER) ?? '', reader(bytes, bodyStart), to);
}

const address = /unix:(path|abstract)=([^,;]+)/.exec(process.env['DBUS_SESSION_BUS_ADDRESS'] ?? '');
const socket = connect(`${address?.[1] === 'abstract' ? '\0' : ''}${address?.[2] ?? ''}`);
let received = Buffer.alloc(0);
let isOpen = false;
socket.write(`\0AUTH EXTERNAL ${Buffer.from(String(process.getuid?.())).toString('hex')}\r\n`);
socket.on('data', (bytes) => {
  received = Buffer.concat([received, bytes]);
  if (!isOpen) {
    const end = received.indexOf('\r\n');
    if (end < 0) return;
    received = received.subarray(end + 2);
    isOpen = true;
    socket.write('BEGIN\r\n');
    callBus('Hello', '', new Bytes());
    // 1 | 2 | 4: the next test takes the name over while the last stub is still leaving.
    callBus('RequestName', 'su', new Bytes().text(NAME).u32(7));
  }
  while (received.length >= 16) {
    const start = Math.ceil((16 + received.readUInt32LE(12)) / 8) * 8;
    const length = start + received.readUInt32LE(4);
    if (received.length < length) return;
    // A copy: what is read in it is aligned to its own beginning.
    take(Buffer.from(received.subarray(0, length)), start);
    received = received.subarray(length);
  }
});
socket.on('close', () => process.exit(0));
process.on('message', (told: { action?: [number, string]; dismiss?: number }) => {
  if (told.action !== undefined) signal('ActionInvoked', 'us', new Bytes().u32(told.action[0]).text(told.action[1]));
  if (told.dismiss !== undefined) signal('NotificationClosed', 'uu', new Bytes().u32(told.dismiss).u32(2));
});
process.on('disconnect', () => process.exit(0));
