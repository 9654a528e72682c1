// The vault of a host. One that nobody sits at gets the passphrase of its encrypted file from a file descriptor, which is
// read once and closed.
import { closeSync, createReadStream } from 'node:fs';
import type { Clock } from '../core/base/clock.ts';
import type { Logger } from '../core/base/logger.ts';
import { Vault, type VaultOptions } from '../core/vault/vault.ts';
import { toPortolanError } from '../shared/errors.ts';

const VARIABLE = 'PORTOLAN_VAULT_FD';
const MAX_BYTES = 4_096;
/** Who opens a pipe for it and writes nothing must not keep the host from starting. */
const WAIT_MS = 5_000;

/** `env` loses the variable that names the descriptor. What does not unlock the file is logged, and the state says it. */
export async function openVault(
  options: VaultOptions & { env: NodeJS.ProcessEnv; clock: Clock; logger: Pick<Logger, 'info' | 'warn'> },
): Promise<Vault> {
  const vault = await Vault.open(options);
  await unlockFromDescriptor(takeVaultDescriptor(options.env), vault, options);
  return vault;
}

/** The descriptor that `env` names, which then names none any more: no child inherits the variable. */
function takeVaultDescriptor(env: NodeJS.ProcessEnv): number | undefined {
  const text = env[VARIABLE];
  delete env[VARIABLE];
  return text !== undefined && /^\d{1,6}$/.test(text) ? Number(text) : undefined;
}

/** Opens the file with what stands in the descriptor up to the first line break. Never throws: a locked vault says so. */
async function unlockFromDescriptor(
  descriptor: number | undefined,
  vault: Pick<Vault, 'unlock'>,
  { clock, logger }: { clock: Clock; logger: Pick<Logger, 'info' | 'warn'> },
): Promise<void> {
  if (descriptor === undefined) return;
  try {
    await vault.unlock(await readFirstLine(descriptor, clock));
    logger.info(`unlocked the vault through ${VARIABLE}`);
  } catch (error) {
    const { code, message } = toPortolanError(error);
    logger.warn(`${VARIABLE} did not unlock the vault`, { code, reason: message });
  }
}

async function readFirstLine(descriptor: number, clock: Clock): Promise<string> {
  const stream = createReadStream('', { fd: descriptor, autoClose: false, highWaterMark: MAX_BYTES });
  const timer = clock.setTimeout(() => stream.destroy(new Error('nothing came through it')), WAIT_MS);
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of stream) {
      chunks.push(chunk as Buffer);
      length += (chunk as Buffer).length;
      if (length > MAX_BYTES || (chunk as Buffer).includes('\n')) break;
    }
  } finally {
    timer.cancel();
    closeSync(descriptor);
  }
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/\r?\n[^]*$/, '');
}
