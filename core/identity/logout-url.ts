// The page at which a person signs out at the provider itself. It says which client asks, and nothing of the ID token: addresses end
// up in terminals and histories, and that token is still good for exchanges. (OpenID Connect RP-Initiated Logout 1.0, 2)
import type { IdentitySession } from './identity-session.ts';
import type { Provider } from './provider.ts';

/** Undefined when the provider offers none, or cannot be reached now. */
export async function logoutUrl(provider: Provider, session: IdentitySession | undefined): Promise<string | undefined> {
  const metadata = await provider.metadata().catch(() => undefined);
  if (metadata?.as.end_session_endpoint === undefined || session === undefined) return undefined;
  const url = new URL(metadata.as.end_session_endpoint);
  url.searchParams.set('client_id', session.clientId);
  return url.href;
}
