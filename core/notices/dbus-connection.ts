// One connection to the session bus. (D-Bus specification, "Authentication Protocol" and "Message Bus")
import { connect, type Socket } from 'node:net';
import { PortolanError } from '../../shared/errors.ts';
import { sessionBusSockets } from '../vault/session-bus.ts';
import { type DbusCall, type DbusMessage, decodeMessage, encodeCall } from './dbus-message.ts';

const BUS = { destination: 'org.freedesktop.DBus', path: '/org/freedesktop/DBus', interface: 'org.freedesktop.DBus' };
/** The bus may have to start the called program first. */
const TIMEOUT_MS = 10_000;
const MAX_GREETING_BYTES = 4_096;

interface Pending {
  readonly resolve: (reply: DbusMessage) => void;
  readonly reject: (error: unknown) => void;
  readonly timer: NodeJS.Timeout;
}

export class DbusConnection {
  readonly #socket: Socket;
  readonly #onSignal: (signal: DbusMessage) => void;
  readonly #pending = new Map<number, Pending>();
  #received = Buffer.alloc(0);
  #serial = 0;
  #isClosed = false;

  private constructor(socket: Socket, onSignal: (signal: DbusMessage) => void) {
    this.#socket = socket;
    this.#onSignal = onSignal;
    socket.on('data', (bytes: Buffer) => this.#receive(bytes));
    socket.on('close', () => this.close());
  }

  /**
   * Connects to the session bus that `env` names and says hello.
   * @throws PortolanError NOTICES_UNAVAILABLE when there is none or it does not answer
   */
  static async open(env: NodeJS.ProcessEnv, onSignal: (signal: DbusMessage) => void): Promise<DbusConnection> {
    const uid = process.getuid?.();
    for (const path of uid === undefined ? [] : sessionBusSockets(env)) {
      const socket = connect(path);
      if (!(await isLetIn(socket, String(uid)))) {
        socket.destroy();
        continue;
      }
      const connection = new DbusConnection(socket, onSignal);
      await connection.call({ ...BUS, member: 'Hello', body: [] });
      return connection;
    }
    throw unavailable('There is no session bus, so the desktop cannot be told.');
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Asks for signals that the rule matches. (D-Bus specification, "Match Rules") @throws as `call` */
  async addMatch(rule: string): Promise<void> {
    await this.call({ ...BUS, member: 'AddMatch', body: [['s', rule]] });
  }

  /** @throws PortolanError NOTICES_UNAVAILABLE when it is refused, not answered in ten seconds, or the connection ends */
  call(call: DbusCall): Promise<DbusMessage> {
    if (this.#isClosed) return Promise.reject(unavailable('The session bus has hung up.'));
    this.#serial += 1;
    const serial = this.#serial;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#pending.delete(serial);
        reject(unavailable('The desktop does not answer.'));
      }, TIMEOUT_MS);
      this.#pending.set(serial, { resolve, reject, timer });
      this.#socket.write(encodeCall(call, serial));
    });
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#socket.destroy();
    for (const { reject, timer } of this.#pending.values()) {
      clearTimeout(timer);
      reject(unavailable('The session bus has hung up.'));
    }
    this.#pending.clear();
  }

  #receive(bytes: Buffer): void {
    this.#received = Buffer.concat([this.#received, bytes]);
    try {
      for (let next = decodeMessage(this.#received); next !== undefined; next = decodeMessage(this.#received)) {
        this.#received = this.#received.subarray(next.length);
        this.#take(next.message);
      }
    } catch {
      // Where the next message begins is not known any more.
      this.close();
    }
  }

  #take(message: DbusMessage): void {
    if (message.type === 'signal') {
      this.#onSignal(message);
      return;
    }
    const pending = this.#pending.get(message.replyTo);
    if (message.type === 'call' || pending === undefined) return;
    this.#pending.delete(message.replyTo);
    clearTimeout(pending.timer);
    if (message.type === 'reply') pending.resolve(message);
    else pending.reject(refused(message.error));
  }
}

/** Asks to be let in as the user of this process: the bus compares with what the system says of the socket. */
function isLetIn(socket: Socket, uid: string): Promise<boolean> {
  return new Promise((resolve) => {
    let answer = '';
    const done = (isIn: boolean): void => {
      clearTimeout(timer);
      socket.removeAllListeners();
      // The next listeners are added at once; an error before must not end the process.
      socket.on('error', () => undefined);
      if (isIn) socket.write('BEGIN\r\n');
      resolve(isIn);
    };
    const timer = setTimeout(() => done(false), TIMEOUT_MS);
    socket.once('error', () => done(false));
    socket.once('close', () => done(false));
    // It says one line, and nothing more before BEGIN.
    socket.on('data', (bytes: Buffer) => {
      answer += bytes.toString('latin1');
      if (answer.includes('\r\n') || answer.length > MAX_GREETING_BYTES) done(/^OK [^\r\n]*\r\n$/.test(answer));
    });
    socket.write(`\0AUTH EXTERNAL ${Buffer.from(uid).toString('hex')}\r\n`);
  });
}

function refused(error: string): PortolanError {
  const isMissing = /\.(?:ServiceUnknown|NameHasNoOwner|Spawn\.\w+)$/.test(error);
  return unavailable(
    isMissing ? 'No program of the desktop shows notifications.' : `The desktop refuses notifications (${error}).`,
  );
}

function unavailable(message: string): PortolanError {
  return new PortolanError('NOTICES_UNAVAILABLE', message, {
    hint: 'Notices are shown while the Portolan window runs, or by the notification service of a Linux desktop.',
  });
}
