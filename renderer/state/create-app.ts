// Wires bridge, query cache and host store; which event makes which query stale is decided here and nowhere else.
import { createTanstackQueryUtils } from '@orpc/tanstack-query';
import { QueryClient } from '@tanstack/react-query';
import type { HostEvent } from '../../shared/model/system.ts';
import type { Bridge } from '../bridge/bridge.ts';
import type { AppContextValue } from './app-context.ts';
import { HostStore } from './host-store.ts';
import { publishRecords } from './new-records.ts';

export interface App {
  readonly value: AppContextValue;
  readonly queryClient: QueryClient;
}

/** Builds the app's long-lived objects; `value.store.start()` begins to follow the host. */
export function createApp(bridge: Bridge): App {
  const queryClient = new QueryClient({
    defaultOptions: { queries: { retry: false, refetchOnWindowFocus: false, staleTime: Number.POSITIVE_INFINITY } },
  });
  const queries = createTanstackQueryUtils(bridge.client);
  const onEvent = (event: HostEvent): void => {
    switch (event.type) {
      case 'catalog':
        void queryClient.invalidateQueries({ queryKey: queries.catalog.key() });
        void queryClient.invalidateQueries({ queryKey: queries.secrets.key() });
        return;
      case 'vault':
        void queryClient.invalidateQueries({ queryKey: queries.secrets.key() });
        return;
      case 'tools-changed':
        void queryClient.invalidateQueries({ queryKey: queries.tools.key({ input: { name: event.server } }) });
        return;
      case 'audit':
        publishRecords(event.records);
        return;
      default:
    }
  };
  return {
    value: { bridge, client: bridge.client, store: new HostStore(bridge.client, onEvent), queries },
    queryClient,
  };
}
