// The stdio shim that AI clients start: a pipe between its stdin/stdout and the host's control socket. It parses nothing and
// remembers three things for a reconnect: a random session id, the client's first line, and the ends of the lines that
// passed, from which the unanswered requests are told when a host died. Only whole lines go either way, so that a host that
// dies or hands over never leaves half a message behind.
import net from 'node:net';
import type { StartedHost } from '../host/start-host.ts';
import { socketPath } from './socket-path.ts';
import { Unanswered } from './unanswered.ts';
import { WholeLines } from './whole-lines.ts';

const CONNECT_DEADLINE_MS = 15_000;
const RECONNECTS_PER_MINUTE = 5;
/** After stdin ends, the last answers may still arrive for this long. */
const LINGER_MS = 1500;
const FIRST_REQUEST_MS = 300;
const DIAL_AGAIN_MS = 15;
const DRAINING_MS = 50;
/** A newer client that asked the host to hand over starts the next one; a shim of the older version must not be first. */
const SUCCESSOR_MS = 500;
/** In base64 it must fit into the headers that a host accepts (64 KiB). */
const FIRST_LINE_MAX = 36 * 1024;
const LOST_HEADER_MAX = 6000;
const NEWLINE = 0x0a;

/** Runs `portolan connect NAME` or `portolan connect --profile NAME` until stdin ends or the host refuses; ends the process itself. */
export function connect(args: readonly string[]): void {
  const isProfile = args[0] === '--profile';
  const [name, ...rest] = isProfile ? args.slice(1) : args;
  if (name === undefined || name.startsWith('-') || rest.length > 0) {
    process.stderr.write(
      'portolan: connect takes one server or one profile (INPUT_INVALID)\n  next: portolan connect NAME, or portolan connect --profile NAME\n',
    );
    process.exit(2);
  }
  new Shim(`${isProfile ? 'profile' : 'server'}=${encodeURIComponent(name)}`).open();
}

class Shim {
  /** What is asked for, as the host's query has it. */
  readonly #target: string;
  readonly #session = randomId();
  readonly #path = socketPath(process.env);
  readonly #reconnects: number[] = [];
  readonly #unanswered = new Unanswered();
  /** Ids that were unanswered when the host went away, until another one has been told. */
  #lost: string[] = [];
  readonly #fromStdin = new WholeLines();
  #fromSocket = new WholeLines();
  /** Undefined before the client spoke; `too-long` when it cannot be told to another host. */
  #firstLine: Buffer | 'too-long' | undefined;
  /** A host has been given the first line, so that the next one must take the session up. */
  #begun = false;
  #socket: net.Socket | undefined;
  #stdinEnded = false;
  /** Lines read while no host was there. */
  #waiting: Buffer[] = [];
  #deadline = 0;
  #startNotBefore = 0;
  #started: StartedHost | undefined;

  constructor(target: string) {
    this.#target = target;
  }

  open(): void {
    process.stdin.on('data', (chunk: Buffer) => this.#fromClient(chunk));
    process.stdin.on('end', () => this.#clientEnded());
    process.stdin.on('error', () => this.#clientEnded());
    process.stdout.on('error', () => process.exit(0));
    process.stderr.on('error', () => undefined);
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => process.exit(0));
    this.#deadline = Date.now() + CONNECT_DEADLINE_MS;
    this.#dial();
  }

  #dial(): void {
    const socket = net.connect({ path: this.#path, allowHalfOpen: true });
    let head: Buffer = Buffer.alloc(0);
    let state: 'asking' | 'open' | 'refused' = 'asking';
    socket.setTimeout(CONNECT_DEADLINE_MS, () => socket.destroy());
    socket.on('connect', () => socket.write(this.#request()));
    socket.on('data', (chunk: Buffer) => {
      if (state === 'open') return this.#fromHost(chunk, socket);
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf('\r\n\r\n');
      if (state === 'refused' || end < 0) return;
      if (statusOf(head) !== 101) {
        state = 'refused';
        socket.end();
        return;
      }
      state = 'open';
      this.#accepted(socket);
      if (end + 4 < head.length) this.#fromHost(head.subarray(end + 4), socket);
    });
    // The host ends its side first when it hands over: what was sent so far is still read there.
    socket.on('end', () => {
      if (this.#socket === socket) this.#socket = undefined;
      socket.end();
    });
    socket.on('drain', () => {
      if (this.#socket === socket) process.stdin.resume();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (this.#socket === socket) this.#socket = undefined;
      if (state === 'refused') this.#refused(head);
      else if (state === 'asking') this.#noHost();
      else if (this.#stdinEnded) leave();
      else this.#hostGone();
    });
  }

  #request(): string {
    const resume =
      this.#begun && Buffer.isBuffer(this.#firstLine)
        ? `X-Portolan-Resume: ${this.#firstLine.toString('base64')}\r\nX-Portolan-Unanswered: ${listHeader(this.#lost)}\r\n`
        : '';
    return (
      `GET /connect?${this.#target} HTTP/1.1\r\nHost: portolan\r\nConnection: Upgrade\r\n` +
      `Upgrade: portolan-stdio\r\nX-Portolan-Session: ${this.#session}\r\nX-Portolan-Pid: ${process.pid}\r\n` +
      `X-Portolan-Parent: ${process.ppid}\r\n${resume}\r\n`
    );
  }

  #accepted(socket: net.Socket): void {
    socket.setTimeout(0);
    this.#socket = socket;
    this.#started = undefined;
    this.#lost = [];
    this.#fromSocket = new WholeLines();
    if (this.#send(this.#waiting.splice(0))) process.stdin.resume();
    if (this.#stdinEnded) this.#endSocket(socket);
  }

  #fromHost(chunk: Buffer, socket: net.Socket): void {
    let room = true;
    for (const piece of this.#fromSocket.push(chunk)) {
      this.#unanswered.received(piece);
      room = process.stdout.write(piece);
    }
    if (room) return;
    socket.pause();
    process.stdout.once('drain', () => socket.resume());
  }

  #fromClient(chunk: Buffer): void {
    const pieces = this.#fromStdin.push(chunk);
    if (pieces.length === 0) return;
    this.#firstLine ??= firstLineOf(pieces);
    if (!this.#send(pieces)) process.stdin.pause();
  }

  /** False when the client must wait before it says more. */
  #send(pieces: readonly Buffer[]): boolean {
    if (!this.#socket) {
      this.#waiting.push(...pieces);
      return false;
    }
    let room = true;
    for (const piece of pieces) {
      this.#unanswered.sent(piece);
      room = this.#socket.write(piece);
    }
    this.#begun ||= pieces.length > 0;
    return room;
  }

  #clientEnded(): void {
    if (this.#stdinEnded) return;
    this.#stdinEnded = true;
    this.#send(this.#fromStdin.take());
    if (this.#socket) this.#endSocket(this.#socket);
    else setTimeout(leave, LINGER_MS);
  }

  #endSocket(socket: net.Socket): void {
    socket.end();
    setTimeout(() => process.exit(0), LINGER_MS).unref();
  }

  /** The host went away under an open session: come back with the same id, so that it can close what was in flight. */
  #hostGone(): void {
    const now = Date.now();
    while (this.#reconnects.length > 0 && now - (this.#reconnects[0] ?? 0) > 60_000) this.#reconnects.shift();
    if (this.#reconnects.length >= RECONNECTS_PER_MINUTE)
      return this.#unreachable(`the host stopped ${RECONNECTS_PER_MINUTE + 1} times within a minute`);
    if (this.#begun && this.#firstLine === 'too-long')
      return this.#unreachable('the host stopped, and the first message is too long to take the session up again');
    this.#reconnects.push(now);
    this.#lost.push(...this.#unanswered.take());
    this.#startNotBefore = now + SUCCESSOR_MS;
    this.#deadline = now + CONNECT_DEADLINE_MS;
    this.#dial();
    return undefined;
  }

  /** Nobody listens: start a host unless somebody has just done so, then look again until the deadline. */
  #noHost(): void {
    if (this.#started?.failed()) return this.#unreachable('the host ended while it was starting');
    if (Date.now() > this.#deadline) return this.#unreachable(`no host answers at ${this.#path}`);
    if ((this.#started && !this.#started.gone()) || Date.now() < this.#startNotBefore) {
      setTimeout(() => this.#dial(), DIAL_AGAIN_MS);
      return undefined;
    }
    void import('../host/start-host.ts')
      .then(({ startHost }) => {
        this.#started = startHost(process.env) ?? this.#started;
        setTimeout(() => this.#dial(), DIAL_AGAIN_MS);
      })
      .catch((error: Error & { code?: string; hint?: string }) =>
        this.#fail({ code: error.code ?? 'INTERNAL', message: error.message, hint: error.hint }),
      );
    return undefined;
  }

  /** The host said no before the session began; while it is handing over, another will be there in a moment. */
  #refused(answer: Buffer): void {
    const status = statusOf(answer);
    if (status === 503 && Date.now() < this.#deadline) {
      setTimeout(() => this.#dial(), DRAINING_MS);
      return;
    }
    const body = answer.subarray(answer.indexOf('\r\n\r\n') + 4);
    const report = () => void import('./refusal.ts').then(({ readRefusal }) => this.#fail(readRefusal(body, status)));
    // The client's first request is usually a moment behind; its answer is the only place some clients show.
    if (this.#firstLine ?? this.#stdinEnded) report();
    else setTimeout(report, FIRST_REQUEST_MS);
  }

  #unreachable(message: string): void {
    this.#fail({ code: 'HOST_UNREACHABLE', message, hint: 'Run "portolan doctor".' });
  }

  #fail(refusal: { code: string; message: string; hint: string | undefined }): void {
    const unanswered = this.#begun || this.#firstLine === 'too-long' ? undefined : this.#firstLine;
    void import('./refusal.ts').then(({ reportRefusal }) => reportRefusal(refusal, unanswered));
  }
}

/** 128 random bits as 32 hexadecimal digits: from the system itself where it has such a file, which saves loading node:crypto. */
function randomId(): string {
  try {
    const { closeSync, openSync, readSync } = process.getBuiltinModule('node:fs');
    const device = openSync('/dev/urandom', 'r');
    try {
      const bytes = Buffer.alloc(16);
      if (readSync(device, bytes) === bytes.length) return bytes.toString('hex');
    } finally {
      closeSync(device);
    }
  } catch {
    // Windows.
  }
  return process.getBuiltinModule('node:crypto').randomBytes(16).toString('hex');
}

/** Ends the process once everything is out. */
function leave(): void {
  process.stdout.write('', () => process.exit(0));
}

function statusOf(answer: Buffer): number {
  return Number(answer.subarray(9, 12).toString('latin1'));
}

function firstLineOf(pieces: readonly Buffer[]): Buffer | 'too-long' {
  const bytes = Buffer.concat(pieces.slice(0, -1).concat(pieces.at(-1)?.subarray(0, FIRST_LINE_MAX + 1) ?? []));
  const end = bytes.indexOf(NEWLINE);
  return end < 0 || end > FIRST_LINE_MAX ? 'too-long' : Buffer.from(bytes.subarray(0, end));
}

/** The ids as one header value; the oldest are left to the client's own time limits when not all fit. */
function listHeader(ids: readonly string[]): string {
  let list = ids;
  while (JSON.stringify(list).length > LOST_HEADER_MAX) list = list.slice(Math.ceil(list.length / 2));
  return Buffer.from(JSON.stringify(list)).toString('base64');
}
