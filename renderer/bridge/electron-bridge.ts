// The bridge inside the desktop window: the shell's own scheme forwards to the host, so there is no token to keep.
import type { Bridge, Powers } from './bridge.ts';
import { hostClient } from './host-client.ts';

/** Builds the bridge from what the preload script exposed. */
export function openElectronBridge(origin: string, powers: Powers): Bridge {
  return { kind: 'electron', client: hostClient(origin, () => undefined), powers, where: 'this computer' };
}
