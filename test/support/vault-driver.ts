// A program of its own that works with a real vault step by step; started by tests under a private session bus.
// argv: the data directory and a JSON list of steps. Prints one JSON line per step: what came back, or the error.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { StateDb } from '../../core/base/state-db.ts';
import { Vault } from '../../core/vault/vault.ts';
import { assertNever } from '../../shared/assert-never.ts';
import { toPortolanError } from '../../shared/errors.ts';

export type VaultStep =
  | readonly ['probe' | 'list' | 'lock']
  | readonly ['get' | 'remove', name: string]
  | readonly ['set', name: string, value: string];

export interface VaultAnswer {
  readonly result?: unknown;
  readonly error?: { readonly code: string; readonly message: string; readonly hint?: string };
}

const LOCK = `call --session -d org.freedesktop.secrets -o /org/freedesktop/secrets
  -m org.freedesktop.Secret.Service.Lock ['/org/freedesktop/secrets/collection/login']`.split(/\s+/);

const [, , dataDir = '', steps = '[]'] = process.argv;
const stateDb = StateDb.open(join(dataDir, 'state.db'));
const vault = await Vault.open({
  stateDb,
  logger: { warn: () => undefined },
  redactor: { addSecret: () => undefined, removeSecret: () => undefined },
});
for (const step of JSON.parse(steps) as VaultStep[]) {
  const answer: VaultAnswer = await perform(step).then(
    (result) => ({ result }),
    (error: unknown) => {
      const { code, message, hint } = toPortolanError(error);
      return { error: { code, message, ...(hint === undefined ? {} : { hint }) } };
    },
  );
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
stateDb.close();

async function perform(step: VaultStep): Promise<unknown> {
  switch (step[0]) {
    case 'probe':
      return vault.probe();
    case 'list':
      return vault.list().map(({ name }) => name);
    case 'get':
      return vault.get(step[1]);
    case 'remove':
      return vault.remove(step[1]);
    case 'set':
      return (await vault.set(step[1], step[2])).name;
    case 'lock':
      return execFileSync('gdbus', LOCK, { encoding: 'utf8' });
    default:
      return assertNever(step[0]);
  }
}
