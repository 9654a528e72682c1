// A bundle on disk as a source of an import.
import { PortolanError } from '../../../shared/errors.ts';
import { errnoOf, errnoSentence } from '../../base/errno.ts';
import type { ClientEnv, ClientFormat, ParsedFile } from '../client-format.ts';
import { mcpb } from './mcpb.ts';
import { BundleRefused, readBundleManifest } from './read-bundle.ts';
import { sourceError } from './source-format.ts';

/** True for a file that is a bundle by its name, or that a person says is one. */
export function isBundlePath(path: string, client: string | undefined): boolean {
  return client === mcpb.id || (client === undefined && /\.(?:mcpb|dxt)$/i.test(path));
}

/** Reads the manifest of the bundle at `path`; one that is refused has BUNDLE_REFUSED in its result. Throws FILE_NOT_READABLE. */
export async function readBundle(
  path: string,
  env: ClientEnv,
): Promise<{ format: ClientFormat; scope: string; path: string; parsed: ParsedFile }> {
  const context = { scope: 'bundle', file: path, platform: env.platform };
  const source = { format: mcpb, scope: context.scope, path };
  try {
    return { ...source, parsed: mcpb.parse(await readBundleManifest(path), context) };
  } catch (error) {
    if (error instanceof BundleRefused) {
      return { ...source, parsed: sourceError(mcpb.id, context, { code: 'BUNDLE_REFUSED', message: error.message }) };
    }
    throw new PortolanError('FILE_NOT_READABLE', `${path} cannot be read: ${errnoSentence(error)}.`, {
      hint: 'Check the path.',
      data: { path, errno: errnoOf(error) ?? null },
      cause: error,
    });
  }
}
