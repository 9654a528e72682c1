// Chooses the bridge: the desktop shell's when its preload script is there, a browser tab's otherwise.
import type { Bridge, Powers } from './bridge.ts';
import { openElectronBridge } from './electron-bridge.ts';
import { codeInFragment, openHttpBridge } from './http-bridge.ts';

declare global {
  interface Window {
    /** Set by the desktop shell's preload script. */
    readonly portolan?: Powers;
  }
}

/** Opens the bridge that fits this window. It does not throw: a host that does not answer shows as a page state. */
export async function openBridge(self: Window): Promise<Bridge> {
  if (self.portolan !== undefined) return openElectronBridge(self.location.origin, self.portolan);
  // An address pasted into the open tab changes only the fragment: start over, so that its code is spent.
  self.addEventListener('hashchange', () => {
    if (codeInFragment(self.location.hash) !== undefined) self.location.reload();
  });
  return openHttpBridge({
    location: self.location,
    history: self.history,
    sessionStorage: self.sessionStorage,
    fetch: (input, init) => self.fetch(input, init),
  });
}
