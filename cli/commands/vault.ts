// `portolan vault status|unlock|lock|use BACKEND`: where secrets are kept. A passphrase comes from a prompt or stdin.
import type { Command } from 'commander';
import { PortolanError } from '../../shared/errors.ts';
import type { VaultState } from '../../shared/model/system.ts';
import { define, defineGroup, host } from '../command.ts';
import { type OutputOptions, printFacts, printJson, printLine, printNote } from '../output.ts';
import { readSecret } from '../read-secret.ts';

type Kind = VaultState['kind'];
const KINDS: readonly Kind[] = ['keychain', 'file', 'memory'];

export function vaultCommand(program: Command): void {
  const group = defineGroup(program, 'vault', 'where secrets and tokens are kept');
  define(
    group.command('status', { isDefault: true }).description('which place it is, and whether it can be used'),
    async (options) => show(await (await host()).vault.probe(), options),
  );
  define(
    group.command('unlock').description('open the encrypted file; asks for its passphrase, or reads it from stdin'),
    async (options) => {
      const client = await host();
      const passphrase = await readPassphrase('Passphrase (not shown): ');
      return show(await client.vault.unlock({ passphrase }), options);
    },
  );
  define(
    group.command('lock').description('close the encrypted file until its passphrase is given again'),
    async (options) => {
      const state = await (await host()).vault.lock();
      if (options.json) printJson(state);
      else printLine('The encrypted file is locked.');
    },
  );
  define<[string]>(
    group
      .command('use')
      .argument('<place>', KINDS.join(', '))
      .description('keep secrets there from now on, and take along what is kept where both are open'),
    async (options, place) => {
      const backend = KINDS.find((kind) => kind === place);
      if (backend === undefined)
        throw new PortolanError('INPUT_INVALID', `${place} is no place for secrets`, {
          hint: 'Use one of keychain, file, memory.',
        });
      const client = await host();
      const passphrase = backend === 'file' ? await newPassphrase() : undefined;
      const state = await client.vault.use({ backend, ...(passphrase === undefined ? {} : { passphrase }) });
      return show(state, options);
    },
  );
}

/** Ends with 1 when the place cannot be used. */
function show(vault: VaultState, options: OutputOptions): number {
  const isOpen = vault.state === 'unlocked';
  if (options.json) printJson(vault);
  else {
    printFacts([
      ['place', vault.backend],
      ['state', vault.state],
      ['code', vault.reason?.code],
      ['why', vault.reason?.message],
      ['next', vault.reason?.hint],
    ]);
    if (vault.kind === 'memory') printNote('secrets are kept in memory only and are gone when the host ends');
  }
  return isOpen ? 0 : 1;
}

/** Typed twice, so that a slip locks nobody out. For a file that is there already, both times its own passphrase. */
async function newPassphrase(): Promise<string> {
  const passphrase = await readPassphrase('Passphrase of the encrypted file (not shown): ');
  if (process.stdin.isTTY && (await readPassphrase('The same again: ')) !== passphrase)
    throw new PortolanError('INPUT_INVALID', 'the two passphrases are not the same, so nothing was changed', {
      hint: 'Try again.',
    });
  return passphrase;
}

async function readPassphrase(question: string): Promise<string> {
  const passphrase = await readSecret(question);
  if (passphrase !== '') return passphrase;
  throw new PortolanError('INPUT_INVALID', 'the passphrase is empty', {
    hint: 'Type it when asked, or pipe it in: portolan vault unlock < FILE',
  });
}
