// The form of vault.enc: one line that can be read, then everything else encrypted as a whole, so that neither names nor
// numbers of items show and none can be swapped, left out or put back alone.
//
//   portolan-vault 1 scrypt <N> <r> <p> <salt> <proof> <sum>     base64url, parted by single spaces
//   12 bytes of nonce, 16 bytes of tag, AES-256-GCM of the items as JSON; associated data: the line
//
// proof  HMAC-SHA-256 over the fields before it: a passphrase that does not make it is wrong
// sum    SHA-256 over the fields before it: a line that does not fit was damaged, whatever the passphrase
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  randomBytes,
  scrypt,
  timingSafeEqual,
} from 'node:crypto';
import { PortolanError } from '../../shared/errors.ts';

/** RFC 7914. */
export interface ScryptCost {
  readonly n: number;
  readonly r: number;
  readonly p: number;
}

/** What an open file is sealed with again. */
export interface Seal {
  readonly line: string;
  readonly key: Buffer;
}

/** 128 MiB and some 0.4 s for each guess. */
export const DEFAULT_COST: ScryptCost = { n: 131_072, r: 8, p: 1 };
/** What a file may ask of this computer: 1 GiB. */
const MAX_MEMORY = 1_073_741_824;
const MAX_PARALLEL = 16;
const LINE = /^portolan-vault 1 scrypt (\d{1,9}) (\d{1,4}) (\d{1,4}) ([\w-]{22,86}) ([\w-]{43}) ([\w-]{43})$/;
const MAX_LINE_BYTES = 512;
const [NONCE_BYTES, TAG_BYTES, KEY_BYTES] = [12, 16, 32];

export async function newSeal(passphrase: string, cost: ScryptCost): Promise<Seal> {
  const start = `portolan-vault 1 scrypt ${cost.n} ${cost.r} ${cost.p} ${randomBytes(32).toString('base64url')}`;
  const { key, proof } = await derive(passphrase, start, cost);
  const proven = `${start} ${proof}`;
  return { line: `${proven} ${sumOf(proven)}`, key };
}

/** Throws PASSPHRASE_WRONG, and KEYCHAIN_FAILED for a damaged file or one of a later version. */
export async function openSealed(
  file: Buffer,
  passphrase: string,
): Promise<{ seal: Seal; items: Map<string, string> }> {
  const end = file.subarray(0, MAX_LINE_BYTES).indexOf('\n');
  const line = file.toString('latin1', 0, Math.max(end, 0));
  if (/^portolan-vault (?!1 )\d/.test(line)) throw damaged('was written by a newer version of Portolan');
  const [, n, r, p, , proof = '', sum] = LINE.exec(line) ?? [];
  const cost = { n: Number(n), r: Number(r), p: Number(p) };
  const proven = line.slice(0, line.lastIndexOf(' '));
  if (sum === undefined || sumOf(proven) !== sum || !isAffordable(cost)) throw damaged('is damaged at its beginning');
  const derived = await derive(passphrase, proven.slice(0, proven.lastIndexOf(' ')), cost);
  if (!timingSafeEqual(Buffer.from(derived.proof), Buffer.from(proof))) throw wrongPassphrase();
  const seal = { line, key: derived.key };
  return { seal, items: openBody(file.subarray(end + 1), seal) };
}

export function sealItems(items: ReadonlyMap<string, string>, { line, key }: Seal): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES }).setAAD(Buffer.from(line));
  const body = Buffer.concat([cipher.update(JSON.stringify([...items]), 'utf8'), cipher.final()]);
  return Buffer.concat([Buffer.from(`${line}\n`), nonce, cipher.getAuthTag(), body]);
}

function openBody(body: Buffer, { line, key }: Seal): Map<string, string> {
  try {
    const nonce = body.subarray(0, NONCE_BYTES);
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
      .setAAD(Buffer.from(line))
      .setAuthTag(body.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    const text = Buffer.concat([decipher.update(body.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
    // Nobody but the holder of the key can have written it.
    return new Map(JSON.parse(text.toString('utf8')) as [string, string][]);
  } catch (error) {
    throw damaged('is damaged', error);
  }
}

/** Off the event loop. The same passphrase typed on another keyboard is the same: Unicode form NFC. */
async function derive(passphrase: string, start: string, cost: ScryptCost): Promise<{ key: Buffer; proof: string }> {
  const salt = Buffer.from(start.slice(start.lastIndexOf(' ') + 1), 'base64url');
  const options = { N: cost.n, r: cost.r, p: cost.p, maxmem: memoryOf(cost) + 1_048_576 };
  const bytes = await new Promise<Buffer>((resolve, reject) => {
    scrypt(passphrase.normalize('NFC'), salt, 2 * KEY_BYTES, options, (error, key) =>
      error === null ? resolve(key) : reject(error),
    );
  }).catch((error: unknown) => {
    throw damaged('asks for a key that cannot be made', error);
  });
  const proof = createHmac('sha256', bytes.subarray(KEY_BYTES)).update(start).digest('base64url');
  return { key: bytes.subarray(0, KEY_BYTES), proof };
}

function isAffordable(cost: ScryptCost): boolean {
  return memoryOf(cost) <= MAX_MEMORY && cost.p <= MAX_PARALLEL;
}

function memoryOf({ n, r, p }: ScryptCost): number {
  return 128 * r * (n + p);
}

function sumOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

function wrongPassphrase(): PortolanError {
  return new PortolanError('PASSPHRASE_WRONG', 'the passphrase does not open the encrypted file');
}

function damaged(what: string, cause?: unknown): PortolanError {
  return new PortolanError('KEYCHAIN_FAILED', `the encrypted file vault.enc ${what}`, {
    hint: 'Put back a copy of it from a backup; it is left as it is.',
    cause,
  });
}
