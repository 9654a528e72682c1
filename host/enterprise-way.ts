// Which identity a server is reached through, and its tokens by that way. (Enterprise-Managed Authorization)
import type { Clock } from '../core/base/clock.ts';
import type { Identities } from '../core/identity/identities.ts';
import { enterpriseTokens, takesEnterprise } from '../core/oauth/enterprise/enterprise-grant.ts';
import type { EnterpriseWay } from '../core/oauth/real-flows.ts';
import { PortolanError } from '../shared/errors.ts';

export function createEnterpriseWay(identities: Identities, clock: Clock): EnterpriseWay {
  return {
    identityFor({ auth }, as) {
      const way = auth?.way ?? 'auto';
      if (way !== 'auto' && way !== 'enterprise') return undefined;
      const name = identities.get(auth?.identity)?.name;
      // Where the entry leaves it open, the server must say that it takes it.
      return way === 'enterprise' || (as !== undefined && takesEnterprise(as)) ? name : undefined;
    },
    tokens({ target, discovery, scope }, name, client, fetch) {
      const identity = identities.get(name);
      if (identity === undefined) {
        throw new PortolanError('IDENTITY_NOT_FOUND', `There is no identity named ${name}.`, {
          hint: 'See "portolan identities".',
        });
      }
      return enterpriseTokens({ identity, identities, server: target.name, discovery, client, scope, fetch, clock });
    },
  };
}
