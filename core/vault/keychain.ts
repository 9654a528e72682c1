// The system's keychain, and the only file that loads keytar.
// findCredentials and findPassword must never be called: on a locked keyring they end the process (null secret in C++).
import { PortolanError } from '../../shared/errors.ts';
import { tryCanary } from './canary.ts';
import { CANARY_ACCOUNT, MAX_ITEM_BYTES } from './item-name.ts';
import { lockedError, noBusError, noServiceError } from './keychain-errors.ts';
import { sessionBusAnswers } from './session-bus.ts';
import type { SecretStore } from './secret-store.ts';

interface Keytar {
  getPassword(service: string, account: string): Promise<string | null>;
  setPassword(service: string, account: string, password: string): Promise<void>;
  deletePassword(service: string, account: string): Promise<boolean>;
}

const CALL_TIMEOUT_MS = 10_000;
const BACKENDS: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  darwin: 'macOS Keychain',
  win32: 'Windows Credential Manager',
};

/** What the bus says when nobody has the name; a service that is there and refuses says something else. */
const NO_SERVICE = /org\.freedesktop\.secrets|ServiceUnknown|autolaunch/i;

/** The keychain reported success and holds something else. */
class NotKept extends Error {
  constructor() {
    super('the value did not come back from the keychain as written');
  }
}

/** One call at a time: each holds a thread of the pool, and a keychain that asks a person may hold it for minutes. */
export class Keychain implements SecretStore {
  readonly backend = BACKENDS[process.platform] ?? 'Secret Service';
  readonly maxItemBytes = MAX_ITEM_BYTES;
  readonly #service: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #load: () => Promise<Keytar>;
  readonly #timeoutMs: number;
  #queue: Promise<unknown> = Promise.resolve();
  #overdue = false;

  constructor(options: {
    service: string;
    env?: NodeJS.ProcessEnv;
    timeoutMs?: number;
    load?: () => Promise<Keytar>;
  }) {
    this.#service = options.service;
    this.#env = options.env ?? process.env;
    this.#timeoutMs = options.timeoutMs ?? CALL_TIMEOUT_MS;
    this.#load = options.load ?? loadKeytar;
  }

  check(): Promise<void> {
    return tryCanary(this);
  }

  get(account: string): Promise<string | null> {
    return this.#call('read', (keytar) => keytar.getPassword(this.#service, account));
  }

  set(account: string, value: string): Promise<void> {
    return this.#call('write', async (keytar) => {
      await keytar.setPassword(this.#service, account, value);
      // A person who closes the window that asks for the password lets libsecret report success.
      if ((await keytar.getPassword(this.#service, account)) !== value) throw new NotKept();
    });
  }

  delete(account: string): Promise<boolean> {
    return this.#call('write', (keytar) => keytar.deletePassword(this.#service, account));
  }

  /** Throws KEYCHAIN_NO_BUS, KEYCHAIN_MISSING, KEYCHAIN_LOCKED (a write was refused) or KEYCHAIN_FAILED. */
  #call<T>(what: 'read' | 'write', call: (keytar: Keytar) => Promise<T>): Promise<T> {
    const result = this.#queue.then(async () => {
      if (this.#overdue) throw noAnswer(this.#timeoutMs);
      const keytar = await this.#load().catch((error: unknown) => {
        throw noServiceError(this.#env, error);
      });
      return this.#inTime(call(keytar).catch((error: unknown) => this.#explain(keytar, what, error)));
    });
    this.#queue = result.catch(() => undefined);
    return result;
  }

  async #inTime<T>(answer: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        this.#overdue = true;
        // The thread is free again when the keychain answers at last.
        void answer
          .catch(() => undefined)
          .then(() => {
            this.#overdue = false;
          });
        reject(noAnswer(this.#timeoutMs));
      }, this.#timeoutMs);
    });
    try {
      return await Promise.race([answer, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** keytar's errors carry no code: which state it is shows in what still answers. */
  async #explain(keytar: Keytar, what: 'read' | 'write', error: unknown): Promise<never> {
    const text = error instanceof Error ? error.message : String(error);
    if (error instanceof NotKept) throw lockedError(this.#env, error);
    if (process.platform === 'linux') {
      if (!(await sessionBusAnswers(this.#env))) throw noBusError(this.#env, error);
      // A locked keyring refuses writes but answers reads, with null; a missing service refuses both.
      const readable = what === 'write' && (await this.#reads(keytar));
      if (readable) throw lockedError(this.#env, error);
      if (NO_SERVICE.test(text)) throw noServiceError(this.#env, error);
    }
    throw new PortolanError('KEYCHAIN_FAILED', `the ${this.backend} refused: ${text}`, {
      hint: 'See that the keychain is unlocked, then try again.',
      cause: error,
    });
  }

  async #reads(keytar: Keytar): Promise<boolean> {
    return keytar.getPassword(this.#service, CANARY_ACCOUNT).then(
      () => true,
      () => false,
    );
  }
}

async function loadKeytar(): Promise<Keytar> {
  const { getPassword, setPassword, deletePassword } = (await import('keytar')).default;
  return { getPassword, setPassword, deletePassword };
}

function noAnswer(timeoutMs: number): PortolanError {
  return new PortolanError('KEYCHAIN_FAILED', `the keychain has not answered for ${timeoutMs / 1000} seconds`, {
    hint: 'It may be asking for its password in a window: answer there, then try again.',
    data: { timeoutMs },
  });
}
