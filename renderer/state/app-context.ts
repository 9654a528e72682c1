// What every view may reach: the bridge, the store of host state and the typed queries.
import type { createTanstackQueryUtils } from '@orpc/tanstack-query';
import { createContext, useContext, useSyncExternalStore } from 'react';
import type { Snapshot } from '../../shared/model/system.ts';
import type { Bridge, HostClient } from '../bridge/bridge.ts';
import type { HostState, HostStore } from './host-store.ts';

export interface AppContextValue {
  readonly bridge: Bridge;
  readonly client: HostClient;
  readonly store: HostStore;
  readonly queries: ReturnType<typeof createTanstackQueryUtils<HostClient>>;
}

export const AppContext = createContext<AppContextValue | undefined>(undefined);
export const SnapshotContext = createContext<Snapshot | undefined>(undefined);

export function useApp(): AppContextValue {
  const value = useContext(AppContext);
  if (!value) throw new Error('useApp outside of the app');
  return value;
}

export function useHostState(): HostState {
  const { store } = useApp();
  return useSyncExternalStore(store.subscribe, store.get);
}

/** The snapshot in force. Pages are rendered only once there is one. */
export function useSnapshot(): Snapshot {
  const value = useContext(SnapshotContext);
  if (!value) throw new Error('useSnapshot before there is a snapshot');
  return value;
}
