// Between the setting of a collector and its use: what may be set, and the secrets of its headers on the way out.
import { refuseLiteralSecrets } from '../core/catalog/secret-guard.ts';
import type { ResolvedServer } from '../core/catalog/resolve.ts';
import { type Collector, signalUrl } from '../core/gateway/otlp-post.ts';
import { PortolanError, toPortolanError } from '../shared/errors.ts';
import { type ServerEntry, serverOptionsSchema } from '../shared/model/server-entry.ts';
import type { TelemetrySettings } from '../shared/model/telemetry.ts';

/**
 * Checks settings before they are written.
 * @throws PortolanError URL_REFUSED (neither https nor on this machine), INPUT_INVALID (a literal secret, or on without an address)
 */
export function checkTelemetry({ endpoint, headers, traces, metrics }: TelemetrySettings): void {
  if (endpoint === undefined) {
    if (!traces && !metrics) return;
    throw new PortolanError('INPUT_INVALID', 'the collector has no address', {
      hint: 'Name one: portolan telemetry set --endpoint URL',
    });
  }
  signalUrl(endpoint, 'traces');
  try {
    refuseLiteralSecrets(asEndpoint(endpoint, headers));
  } catch (error) {
    const { hint = '', data } = toPortolanError(error);
    const field = String(data['field']);
    throw new PortolanError('INPUT_INVALID', `${field} looks like a secret, and the settings must not hold one`, {
      hint,
    });
  }
}

/** The collector with every reference resolved, as for a server of the catalog. @throws PortolanError what `resolve` throws */
export async function resolveCollector(
  { endpoint, headers }: TelemetrySettings & { endpoint: string },
  resolve: (entry: ServerEntry) => Promise<ResolvedServer>,
): Promise<Collector> {
  const resolved = await resolve({
    name: 'telemetry',
    endpoint: asEndpoint(endpoint, headers),
    options: serverOptionsSchema.parse({}),
  });
  if (resolved.endpoint.type === 'stdio') throw new PortolanError('INTERNAL', 'a collector became a command');
  return { url: resolved.endpoint.url, headers: resolved.endpoint.headers };
}

function asEndpoint(url: string, headers: TelemetrySettings['headers']): ServerEntry['endpoint'] {
  return { type: 'streamable-http', url, headers };
}
