// Beginning, opening, following and cancelling a sign-in. An address is opened on a person's press only; following goes on
// when the page is left.
import { useState } from 'react';
import { isForBrowser } from '../../../shared/browser-address.ts';
import { PortolanError } from '../../../shared/errors.ts';
import type { SignIn } from '../../../shared/model/identity.ts';
import type { Bridge, HostClient } from '../../bridge/bridge.ts';
import { useApp } from '../../state/app-context.ts';
import { toast } from '../../state/toast.tsx';
import { type Fault, toFault } from '../../words/fault.ts';

type Wanted =
  | { readonly id: string }
  | { readonly server: string; readonly again?: boolean }
  | { readonly identity: string; readonly again?: boolean };

export interface SigningIn {
  readonly busy: boolean;
  readonly fault: Fault | undefined;
  /** Begins and opens the browser; a code for another device is shown by the row of the sign-in. */
  readonly start: (wanted: Wanted, way?: 'browser' | 'device') => void;
  readonly openAgain: (signIn: SignIn) => void;
  readonly cancel: (signIn: SignIn) => void;
}

export function useSignIn(): SigningIn {
  const { bridge, client } = useApp();
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<Fault>();
  const attempt = async (run: () => Promise<unknown>): Promise<void> => {
    setBusy(true);
    setFault(undefined);
    try {
      await run();
    } catch (error) {
      setFault(toFault(error));
    }
    setBusy(false);
  };
  return {
    busy,
    fault,
    start: (wanted, way) =>
      void attempt(async () => {
        const begun = await client.signIns.start({ ...wanted, ...(way === undefined ? {} : { way }) });
        if (begun.state === 'done') return toast(`Signed in to ${begun.target}`);
        void follow(client, begun);
        if (begun.device === undefined) await openAddress(bridge, begun);
      }),
    openAgain: (signIn) => void attempt(() => openAddress(bridge, signIn)),
    cancel: (signIn) => void attempt(() => client.signIns.cancel({ id: signIn.id })),
  };
}

/** Hands the address to the system's browser. Throws URL_REFUSED for one that no browser may be given. */
async function openAddress({ powers }: Bridge, { id, url, device }: SignIn): Promise<void> {
  const text = url ?? device?.verificationUrl;
  if (text === undefined) return;
  const address = URL.canParse(text) ? new URL(text) : undefined;
  if (address === undefined || !isForBrowser(address))
    throw new PortolanError('URL_REFUSED', 'The sign-in leads to an address that Portolan does not open.');
  if (powers.openSignIn) await powers.openSignIn(id);
  else window.open(address.href, '_blank', 'noopener,noreferrer');
}

/** A browser tab has few connections to the host; the queue shows all the others. */
const MAX_FOLLOWED = 3;
const followed = new Set<string>();

/** Says how it ended, wherever the person is by then. */
async function follow(client: HostClient, { id, target }: SignIn): Promise<void> {
  if (followed.has(id) || followed.size >= MAX_FOLLOWED) return;
  followed.add(id);
  try {
    for await (const { state } of await client.signIns.follow({ id })) {
      if (state === 'done') toast(`Signed in to ${target}`);
      if (state === 'failed')
        toast(`The sign-in to ${target} failed`, {
          label: 'Show',
          run: () => {
            window.location.hash = '#/identities';
          },
        });
    }
  } catch {
    // The host is gone, which the whole window says.
  } finally {
    followed.delete(id);
  }
}
