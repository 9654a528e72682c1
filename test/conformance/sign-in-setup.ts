// What a person has set up before a scenario that signs in begins: the entry of the server, secrets, an identity.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ScenarioContext } from './client-actions.ts';
import type { PrivatePortolan } from './private-portolan.ts';

/** The address that the suite expects as the published client metadata document. */
const METADATA_DOCUMENT = 'https://conformance-test.local/client-metadata.json';

interface Setup {
  readonly auth: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, string>>;
}

const SETUPS: Readonly<Record<string, (context: ScenarioContext) => Setup>> = {
  'auth/pre-registration': ({ client_id, client_secret = '' }) => ({
    auth: { clientId: client_id, clientSecret: '${secret:client}' },
    secrets: { client: client_secret },
  }),
  'auth/client-credentials-basic': ({ client_id, client_secret = '' }) => ({
    auth: { way: 'client-credentials', clientId: client_id, clientSecret: '${secret:client}' },
    secrets: { client: client_secret },
  }),
  'auth/client-credentials-jwt': ({ client_id, private_key_pem = '', signing_algorithm = 'ES256' }) => ({
    auth: {
      way: 'client-credentials',
      clientId: client_id,
      privateKey: '${secret:key}',
      signingAlgorithm: signing_algorithm,
    },
    secrets: { key: private_key_pem },
  }),
  'auth/wif-jwt-bearer': ({ valid_jwt = '' }) => ({
    auth: { way: 'workload', assertion: '${secret:platform}' },
    secrets: { platform: valid_jwt },
  }),
  'auth/enterprise-managed-authorization': ({ client_id, client_secret = '' }) => ({
    auth: { way: 'enterprise', identity: 'idp', clientId: client_id, clientSecret: '${secret:client}' },
    secrets: { client: client_secret },
  }),
};

/** The variables that a scenario wants in Portolan's environment. */
export const SIGN_IN_ENV = { PORTOLAN_CLIENT_METADATA_URL: METADATA_DOCUMENT };

/** Sets the server `target` at `url` up as the scenario's context says, before Portolan's host runs. */
export function setUp(scenario: string, context: ScenarioContext, url: string, portolan: PrivatePortolan): void {
  portolan.run('add', 'target', '--url', url, '--type', 'streamable-http');
  const setup = SETUPS[scenario]?.(context);
  if (setup === undefined) return;
  for (const [name, value] of Object.entries(setup.secrets)) portolan.feed(value, 'secret', 'set', name);
  const file = join(portolan.home, 'catalog.json');
  const catalog = JSON.parse(readFileSync(file, 'utf8')) as {
    mcpServers: Record<string, { portolan?: object }>;
    portolan?: object;
  };
  const entry = catalog.mcpServers['target'] ?? {};
  entry.portolan = { ...entry.portolan, auth: setup.auth };
  if (scenario === 'auth/enterprise-managed-authorization') {
    const { idp_issuer, idp_client_id, idp_token_endpoint } = context;
    const idp = { issuer: idp_issuer, clientId: idp_client_id, tokenEndpoint: idp_token_endpoint };
    catalog.portolan = { ...catalog.portolan, identities: { idp } };
  }
  // As a person would who edits the file by hand: the next start reads it.
  portolan.run('host', 'stop');
  writeFileSync(file, JSON.stringify(catalog, undefined, 2));
  if (context.idp_id_token !== undefined) portolan.feed(context.idp_id_token, 'login', 'idp', '--id-token');
}
