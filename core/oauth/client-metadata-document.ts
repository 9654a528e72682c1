// The document by which Portolan introduces itself to authorization servers that fetch it: its URL is the client id.
// (OAuth Client ID Metadata Document; MCP Client Registration)
import { checkSignInUrl } from '../identity/safe-url.ts';
import { PortolanError } from '../../shared/errors.ts';

/**
 * Where the publisher of Portolan serves `clientMetadata` of this very URL, as application/json, without a redirect. No document
 * is published yet: until its URL is written here, only PORTOLAN_CLIENT_METADATA_URL can name one.
 */
const OFFICIAL_URL: string | undefined = undefined;

/** Redirects of a native app are on loopback, with whatever port is free. (RFC 8252 section 7.3) */
const REDIRECT_URIS = ['http://127.0.0.1/callback', 'http://localhost/callback'];

/**
 * The URL of the published document, if there is one.
 * @throws PortolanError URL_REFUSED when PORTOLAN_CLIENT_METADATA_URL cannot be a client id
 */
export function clientMetadataUrl(env: NodeJS.ProcessEnv): string | undefined {
  const url = env['PORTOLAN_CLIENT_METADATA_URL'] || OFFICIAL_URL;
  return url === undefined ? undefined : checkClientMetadataUrl(url);
}

/** `text` when it can be a client id: https with a path, no dot segments, user name, query or fragment, written canonically. */
function checkClientMetadataUrl(text: string): string {
  const url = checkSignInUrl(text, 'PORTOLAN_CLIENT_METADATA_URL');
  // Dot segments, an omitted path and odd spellings do not survive parsing.
  if (url.protocol === 'https:' && url.pathname !== '/' && url.search === '' && url.href === text) return text;
  throw new PortolanError('URL_REFUSED', 'PORTOLAN_CLIENT_METADATA_URL cannot be the id of a client.', {
    hint: 'Write it as https://example.com/portolan/client.json: https, with a path and without a query.',
  });
}

/** The document to be published at `url`. */
export function clientMetadata(url: string): Readonly<Record<string, unknown>> {
  return {
    client_id: url,
    client_name: 'Portolan',
    application_type: 'native',
    redirect_uris: REDIRECT_URIS,
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
    token_endpoint_auth_methods_supported: ['none'],
  };
}
