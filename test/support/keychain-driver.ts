// A program of its own that uses the real keychain adapter against a Secret Service that misbehaves; started by tests under
// a private session bus without any other. argv: what the stub does, and the adapter's limit in milliseconds.
// Prints one JSON document: the outcome of each call, and how often the event loop turned meanwhile.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Keychain } from '../../core/vault/keychain.ts';
import { toPortolanError } from '../../shared/errors.ts';

export interface DrivenKeychain {
  readonly outcomes: readonly { readonly result?: unknown; readonly code?: string; readonly timeoutMs?: unknown }[];
  readonly turns: number;
}

const [, , mode = 'silent', timeoutMs = ''] = process.argv;
const stub = spawn(process.execPath, [join(import.meta.dirname, 'stub-secret-service.ts'), mode], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
await once(stub.stdout, 'data');
const keychain = new Keychain({ service: 'test', ...(timeoutMs === '' ? {} : { timeoutMs: Number(timeoutMs) }) });
let turns = 0;
const ticking = setInterval(() => (turns += 1), 5);
const outcomes: DrivenKeychain['outcomes'][number][] = [];
for (const call of [() => keychain.set('account', 'value'), () => keychain.get('account'), () => keychain.check()]) {
  outcomes.push(
    await call().then(
      (result) => ({ result: result ?? null }),
      (error: unknown) => {
        const { code, data } = toPortolanError(error);
        return { code, timeoutMs: data['timeoutMs'] };
      },
    ),
  );
}
clearInterval(ticking);
process.stdout.write(`${JSON.stringify({ outcomes, turns } satisfies DrivenKeychain)}\n`);
stub.kill();
