// Builds the typed client of the host's contract over fetch. It knows no schema: the contract is a type here.
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/fetch';
import { ClientRetryPlugin, type ClientRetryPluginContext } from '@orpc/client/plugins';
import type { HostClient } from './bridge.ts';

/** A client for `<base>/rpc`; `token` is read for every request and sent as a bearer when there is one. */
export function hostClient(base: string, token: () => string | undefined): HostClient {
  const link = new RPCLink<ClientRetryPluginContext>({
    url: `${base}/rpc`,
    headers: () => {
      const bearer = token();
      return bearer === undefined ? {} : { authorization: `Bearer ${bearer}` };
    },
    plugins: [new ClientRetryPlugin()],
  });
  return createORPCClient(link);
}
