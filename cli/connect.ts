// The stdio shim that AI clients start: a pipe between its stdin/stdout and the host's control socket. It parses nothing and
// remembers three things for a reconnect: a random session id, the client's first line, and the ends of the lines that
// passed, from which the unanswered requests are told when the host died. Only whole lines are sent on, so that a host that
// dies or hands over never leaves half a message behind.
import net from 'node:net';
import { socketPath } from './socket-path.ts';
import { Unanswered } from './unanswered.ts';

const CONNECT_DEADLINE_MS = 15_000;
const RECONNECTS_PER_MINUTE = 5;
/** After stdin ends, the last answers may still arrive for this long. */
const LINGER_MS = 1500;
const FIRST_REQUEST_MS = 300;
/** A longer first line does not fit into a header: such a session ends with its host. */
const FIRST_LINE_MAX = 32_000;
const LOST_HEADER_MAX = 8000;
const NEWLINE = 0x0a;

/** Runs `portolan connect NAME` until stdin ends or the host refuses; ends the process itself. */
export function connect(args: readonly string[]): void {
  const [server, ...rest] = args;
  if (server === undefined || server.startsWith('-') || rest.length > 0) {
    process.stderr.write('portolan: connect takes one server name: portolan connect NAME\n');
    process.exit(2);
  }
  new Shim(server).open();
}

class Shim {
  readonly #server: string;
  readonly #session = process.getBuiltinModule('node:crypto').randomBytes(16).toString('hex');
  readonly #path = socketPath(process.env);
  readonly #reconnects: number[] = [];
  readonly #unanswered = new Unanswered();
  /** Ids that were unanswered when the host went away, until another one has been told. */
  #lost: string[] = [];
  #firstLine: Buffer | undefined;
  /** Bytes of a line that has not ended yet. */
  #partial: Buffer[] = [];
  #socket: net.Socket | undefined;
  #stdinEnded = false;
  #outputMidLine = false;
  /** Lines read while no host was there. */
  #waiting: Buffer[] = [];
  #deadline = 0;

  constructor(server: string) {
    this.#server = server;
  }

  open(): void {
    process.stdin.on('data', (chunk: Buffer) => this.#fromClient(chunk));
    process.stdin.on('end', () => this.#clientEnded());
    process.stdin.on('error', () => this.#clientEnded());
    process.stdout.on('error', () => process.exit(0));
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => process.exit(0));
    this.#deadline = Date.now() + CONNECT_DEADLINE_MS;
    this.#dial(false);
  }

  #dial(startTried: boolean): void {
    const socket = net.connect({ path: this.#path, allowHalfOpen: true });
    let head: Buffer = Buffer.alloc(0);
    let open = false;
    socket.on('connect', () => {
      socket.write(this.#request());
    });
    socket.on('data', (chunk: Buffer) => {
      if (open) return this.#fromHost(chunk, socket);
      head = head.length === 0 ? chunk : Buffer.concat([head, chunk]);
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return undefined;
      const status = Number(head.subarray(9, 12).toString('latin1'));
      if (status !== 101) return this.#refused(socket, status, head, end + 4);
      open = true;
      const rest = head.subarray(end + 4);
      head = Buffer.alloc(0);
      this.#accepted(socket);
      if (rest.length > 0) this.#fromHost(rest, socket);
      return undefined;
    });
    // The host ends its side first when it hands over: what was sent so far is still read there.
    socket.on('end', () => {
      if (this.#socket === socket) this.#socket = undefined;
      socket.end();
    });
    socket.on('drain', () => process.stdin.resume());
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (this.#socket === socket) this.#socket = undefined;
      if (this.#stdinEnded && open) process.exit(0);
      if (open) this.#hostGone();
      else if (head.length === 0) this.#noHost(startTried);
    });
  }

  #request(): string {
    const resume =
      this.#firstLine && this.#reconnects.length > 0
        ? `X-Portolan-Resume: ${this.#firstLine.toString('base64')}\r\nX-Portolan-Unanswered: ${listHeader(this.#lost)}\r\n`
        : '';
    return (
      `GET /connect?server=${encodeURIComponent(this.#server)} HTTP/1.1\r\nHost: portolan\r\nConnection: Upgrade\r\n` +
      `Upgrade: portolan-stdio\r\nX-Portolan-Session: ${this.#session}\r\nX-Portolan-Pid: ${process.pid}\r\n` +
      `X-Portolan-Parent: ${process.ppid}\r\n${resume}\r\n`
    );
  }

  #accepted(socket: net.Socket): void {
    this.#socket = socket;
    this.#lost = [];
    for (const lines of this.#waiting.splice(0)) this.#write(socket, lines);
    process.stdin.resume();
    if (this.#stdinEnded) this.#endSocket(socket);
  }

  #fromHost(chunk: Buffer, socket: net.Socket): void {
    this.#unanswered.received(chunk);
    this.#outputMidLine = chunk[chunk.length - 1] !== NEWLINE;
    if (!process.stdout.write(chunk)) {
      socket.pause();
      process.stdout.once('drain', () => socket.resume());
    }
  }

  #fromClient(chunk: Buffer): void {
    const last = chunk.lastIndexOf(NEWLINE);
    if (last < 0) {
      this.#partial.push(chunk);
      return;
    }
    const whole =
      this.#partial.length === 0
        ? chunk.subarray(0, last + 1)
        : Buffer.concat([...this.#partial, chunk.subarray(0, last + 1)]);
    this.#partial = last + 1 < chunk.length ? [chunk.subarray(last + 1)] : [];
    if (!this.#firstLine) {
      const end = whole.indexOf(NEWLINE);
      if (end <= FIRST_LINE_MAX) this.#firstLine = Buffer.from(whole.subarray(0, end));
    }
    this.#send(whole);
  }

  #send(lines: Buffer): void {
    if (!this.#socket) {
      this.#waiting.push(lines);
      process.stdin.pause();
    } else if (!this.#write(this.#socket, lines)) {
      process.stdin.pause();
    }
  }

  #write(socket: net.Socket, lines: Buffer): boolean {
    this.#unanswered.sent(lines);
    return socket.write(lines);
  }

  #clientEnded(): void {
    if (this.#stdinEnded) return;
    this.#stdinEnded = true;
    if (this.#partial.length > 0) this.#send(Buffer.concat(this.#partial.splice(0)));
    if (this.#socket) this.#endSocket(this.#socket);
    else setTimeout(() => process.exit(0), LINGER_MS);
  }

  #endSocket(socket: net.Socket): void {
    socket.end();
    setTimeout(() => process.exit(0), LINGER_MS).unref();
  }

  /** The host went away under an open session: come back with the same id, so that it can close what was in flight. */
  #hostGone(): void {
    if (this.#outputMidLine) process.stdout.write('\n');
    this.#outputMidLine = false;
    this.#lost.push(...this.#unanswered.take());
    const now = Date.now();
    while (this.#reconnects.length > 0 && now - (this.#reconnects[0] ?? 0) > 60_000) this.#reconnects.shift();
    if (this.#reconnects.length >= RECONNECTS_PER_MINUTE)
      this.#fail(`the host stopped ${RECONNECTS_PER_MINUTE} times within a minute`);
    this.#reconnects.push(now);
    this.#deadline = now + CONNECT_DEADLINE_MS;
    this.#dial(false);
  }

  /** Nobody listens: start a host once, then look again until the deadline. */
  #noHost(startTried: boolean): void {
    if (Date.now() > this.#deadline) this.#fail(`no host answers at ${this.#path}`);
    if (startTried) {
      setTimeout(() => this.#dial(true), 15);
      return;
    }
    void import('../host/start-host.ts').then(
      ({ startHost }) => {
        startHost(process.env);
        this.#dial(true);
      },
      (error: unknown) => this.#fail(String(error)),
    );
  }

  #fail(cause: string): never {
    process.stderr.write(`portolan: ${cause} (HOST_UNREACHABLE)\n  next: run "portolan doctor"\n`);
    process.exit(5);
  }

  /** The host said no before the session began: tell the person on stderr and the client in its own protocol. */
  #refused(socket: net.Socket, status: number, head: Buffer, bodyAt: number): void {
    if (status === 503 && Date.now() < this.#deadline) {
      socket.destroy();
      setTimeout(() => this.#dial(false), 50);
      return;
    }
    const chunks = [head.subarray(bodyAt)];
    socket.removeAllListeners('data');
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.removeAllListeners('close');
    socket.on('close', () => {
      const report = () =>
        void import('./refusal.ts').then(({ reportRefusal }) =>
          reportRefusal(Buffer.concat(chunks), status, this.#firstLine),
        );
      // The client's first request is usually a moment behind; its answer is the only place some clients show.
      if (this.#firstLine || this.#stdinEnded) report();
      else setTimeout(report, FIRST_REQUEST_MS);
    });
    socket.end();
  }
}

/** The ids as one header value; the oldest are left to the client's own time limits when not all fit. */
function listHeader(ids: readonly string[]): string {
  let list = ids;
  while (JSON.stringify(list).length > LOST_HEADER_MAX) list = list.slice(Math.ceil(list.length / 2));
  return Buffer.from(JSON.stringify(list)).toString('base64');
}
