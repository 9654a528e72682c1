// A real OpenID provider for identities: the one that servers sign in at, that can also be away and revoke a sign-in.
import type { TokenStore } from '../../../core/vault/token-store.ts';
import {
  type OidcProviderOptions,
  type OidcProviderRig,
  PUBLIC_CLIENT,
  startOidcProvider,
} from './oidc-provider-rig.ts';

export interface IdentityProviderRig extends OidcProviderRig {
  /** While true, every connection breaks. */
  isAway: boolean;
  /** How often its token endpoint was asked for a renewal. */
  readonly renewals: () => number;
  /** Revokes the refresh token that an identity holds, as an administrator would. */
  revokeFor(tokens: TokenStore, identity?: string): Promise<void>;
}

export async function startIdentityProvider(options: OidcProviderOptions = {}): Promise<IdentityProviderRig> {
  let state: IdentityProviderRig | undefined;
  const rig = await startOidcProvider({ ...options, isAway: () => state?.isAway === true });
  state = Object.assign(rig, {
    isAway: false,
    renewals: () => rig.forms.filter(({ form }) => form['grant_type'] === 'refresh_token').length,
    revokeFor: async (tokens: TokenStore, identity = 'work') => {
      const stored = await tokens.read(`identity/${identity}`);
      const { refreshToken } = JSON.parse(stored?.text ?? '{}') as { refreshToken: string };
      const body = new URLSearchParams({ token: refreshToken, client_id: PUBLIC_CLIENT });
      const { status } = await fetch(rig.as.revocation_endpoint ?? '', { method: 'POST', body });
      if (status !== 200) throw new Error(`the revocation was answered with ${status}`);
    },
  });
  return state;
}
