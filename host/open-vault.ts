// The vault of a host. One that nobody sits at gets the passphrase of its encrypted file from a file descriptor, which is
// read once and closed.
import { close, read } from 'node:fs';
import { promisify } from 'node:util';
import type { Clock } from '../core/base/clock.ts';
import type { Logger } from '../core/base/logger.ts';
import { Vault, type VaultOptions } from '../core/vault/vault.ts';
import { toPortolanError } from '../shared/errors.ts';

const readFrom = promisify(read);
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
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = clock.setTimeout(() => reject(new Error('nothing came through it')), WAIT_MS);
  const line = readLine(descriptor);
  // Closed only when nothing reads from it any more: its number may belong to another file right after.
  line.then(
    () => close(descriptor, () => undefined),
    () => undefined,
  );
  try {
    return await Promise.race([line, late]);
  } finally {
    timer.cancel();
  }
}

async function readLine(descriptor: number): Promise<string> {
  const buffer = Buffer.alloc(MAX_BYTES);
  let length = 0;
  while (length < MAX_BYTES && !buffer.subarray(0, length).includes('\n')) {
    const { bytesRead } = await readFrom(descriptor, buffer, length, MAX_BYTES - length, null);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return buffer.toString('utf8', 0, length).replace(/\r?\n[^]*$/, '');
}
