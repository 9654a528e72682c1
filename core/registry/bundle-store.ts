// MCP bundles (.mcpb) in the data folder: fetched once, checked against the SHA-256 that the description names, unpacked, and
// read for what runs them.
import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PortolanError } from '../../shared/errors.ts';
import type { GuardedFetch } from '../identity/guarded-fetch.ts';
import { bundleTemplate } from './bundle-manifest.ts';
import { unpackBundle } from './bundle-unpack.ts';
import type { BundleTemplate } from './server-json-entry.ts';
import type { PackageTemplate } from './server-json.ts';

const MAX_MANIFEST = 1024 * 1024;

export class BundleStore {
  readonly #options: { readonly dir: string; readonly fetchFor: (home: URL) => GuardedFetch };

  /** `fetchFor`: a fetch that may give large answers and takes its time. */
  constructor(options: { readonly dir: string; readonly fetchFor: (home: URL) => GuardedFetch }) {
    this.#options = options;
  }

  /**
   * What runs the bundle of a package, which is in the data folder then.
   * @throws PortolanError HASH_MISMATCH with both hashes, BUNDLE_REFUSED, UNSUPPORTED, and as the guarded fetch
   */
  async open(given: PackageTemplate): Promise<BundleTemplate> {
    const wanted = given.fileSha256?.toLowerCase() ?? '';
    if (!/^[0-9a-f]{64}$/.test(wanted)) {
      throw new PortolanError('UNSUPPORTED', 'The bundle has no SHA-256 to check it against.', {
        hint: 'Choose another package.',
      });
    }
    const folder = join(this.#options.dir, wanted);
    const manifest = join(folder, 'manifest.json');
    const kept = await readText(manifest);
    if (kept === undefined) {
      const bytes = await this.#download(given.identifier, wanted);
      await mkdir(this.#options.dir, { recursive: true, mode: 0o700 });
      await unpackBundle(bytes, folder);
    }
    return bundleTemplate(kept ?? (await readText(manifest)), folder, process.platform);
  }

  async #download(address: string, wanted: string): Promise<Buffer> {
    if (!URL.canParse(address)) throw new PortolanError('URL_REFUSED', 'The bundle has no address.');
    const url = new URL(address);
    const response = await this.#options.fetchFor(url)(url, { redirect: 'follow' });
    if (response.status !== 200) {
      throw new PortolanError('HTTP_STATUS', `${url.hostname} answers with status ${response.status}.`, {
        hint: 'Try again later.',
        data: { host: url.hostname, status: response.status },
      });
    }
    const bytes = Buffer.from(await response.arrayBuffer());
    const found = createHash('sha256').update(bytes).digest('hex');
    if (found === wanted) return bytes;
    throw new PortolanError(
      'HASH_MISMATCH',
      `The file that ${url.hostname} gives is not the one that was described: SHA-256 ${found}, described was ${wanted}.`,
      { hint: 'Do not use it, and tell its publisher. Nothing of it was kept.', data: { found, wanted } },
    );
  }
}

async function readText(path: string): Promise<string | undefined> {
  const bytes = await readFile(path).catch(() => undefined);
  if (bytes === undefined) return undefined;
  if (bytes.length > MAX_MANIFEST)
    throw new PortolanError('BUNDLE_REFUSED', 'The manifest of the bundle is too large.');
  return bytes.toString('utf8');
}
