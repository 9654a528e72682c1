// Keeps literal secrets out of the catalog: it is a file that people copy, share and commit.
import { findSecrets } from '../clients/find-secrets.ts';
import { looksSecret, secretsInArgs, secretsInUrl } from '../base/secret-shape.ts';
import { PortolanError } from '../../shared/errors.ts';
import type { Endpoint, ServerOptions } from '../../shared/model/server-entry.ts';

/** Throws INPUT_INVALID naming the field (never the value) when `endpoint` holds a literal secret. */
export function refuseLiteralSecrets(endpoint: Endpoint): void {
  const field = endpoint.type === 'stdio' ? secretFieldOfCommand(endpoint) : secretFieldOfAddress(endpoint);
  if (field !== undefined) throw literal(field);
}

/** Throws INPUT_INVALID naming the client when what is kept of its entry holds a literal secret. */
export function refuseSecretsInLayers(clients: ServerOptions['clients']): void {
  for (const [id, { extras, bridge }] of Object.entries(clients ?? {})) {
    const kept = { ...(extras === undefined ? {} : { extras }), ...(bridge === undefined ? {} : { bridge }) };
    const [found] = findSecrets({ name: id, transport: 'stdio', enabled: true, ...kept });
    if (found !== undefined) throw literal(`clients.${id}${found.path.replaceAll('/', '.')}`);
  }
}

function literal(field: string): PortolanError {
  return new PortolanError('INPUT_INVALID', `${field} looks like a secret, and the catalog must not hold one`, {
    hint: 'Store it with `portolan secret set NAME` and write ${secret:NAME} in its place.',
    data: { field },
  });
}

function secretFieldOfCommand(endpoint: Extract<Endpoint, { type: 'stdio' }>): string | undefined {
  const inArgs = secretsInArgs([endpoint.command, ...endpoint.args])[0];
  if (inArgs !== undefined) return inArgs.index === 0 ? 'command' : `args[${inArgs.index - 1}]`;
  return secretName('env', endpoint.env);
}

function secretFieldOfAddress(endpoint: Exclude<Endpoint, { type: 'stdio' }>): string | undefined {
  const inUrl = secretsInUrl(endpoint.url)[0];
  if (inUrl !== undefined)
    return inUrl.part === 'query' ? `${inUrl.name} in the url` : 'the user name or password in the url';
  if (looksSecret('', endpoint.url)) return 'url';
  return secretName('headers', endpoint.headers);
}

function secretName(field: string, values: Readonly<Record<string, string>>): string | undefined {
  const found = Object.entries(values).find(
    ([name, value]) => looksSecret(name, value) || secretsInUrl(value).length > 0,
  );
  return found === undefined ? undefined : `${field}.${found[0]}`;
}
