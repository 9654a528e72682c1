// Where secrets are kept: unlocked here when it is the encrypted file, and chosen on purpose, never by itself.
import { Button, SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import { Reason } from '../../components/reason.tsx';
import type { VaultState } from '../../../shared/model/system.ts';
import { useApp, useSnapshot } from '../../state/app-context.ts';
import { toast, toastFault } from '../../state/toast.tsx';
import { type Fault, toFault } from '../../words/fault.ts';
import { PLACES } from '../../words/places.ts';
import { PassphraseForm } from './passphrase-form.tsx';

type Kind = VaultState['kind'];
const KINDS: readonly Kind[] = ['keychain', 'file', 'memory'];

export function VaultPlace({ onChanged }: { readonly onChanged: () => void }) {
  const { client } = useApp();
  const { vault } = useSnapshot();
  const [wanted, setWanted] = useState<Kind>();
  const shown = wanted ?? vault.kind;
  // After a change even the same place is a choice to make again.
  const isChoice = wanted !== undefined && (wanted !== vault.kind || vault.state === 'changed');
  const unlock = async (passphrase: string): Promise<void> => {
    await client.vault.unlock({ passphrase });
    toast('The encrypted file is unlocked');
    onChanged();
  };
  const lock = async (): Promise<void> => {
    await client.vault.lock().catch((error: unknown) => toastFault(toFault(error)));
    onChanged();
  };
  return (
    <>
      {vault.kind === 'file' && vault.state === 'locked' && (
        <div className="setting" style={{ gridTemplateColumns: 'minmax(0, 1fr)' }}>
          <PassphraseForm verb="Unlock" onSend={unlock} />
        </div>
      )}
      <div className="setting">
        <div>
          <div className="name">Kept in</div>
          <p>{PLACES[shown].effect}</p>
        </div>
        <span className="row">
          {vault.kind === 'file' && vault.state === 'unlocked' && (
            <Button variant="subtle" size="compact-sm" onClick={() => void lock()}>
              Lock
            </Button>
          )}
          <SegmentedControl
            aria-label="Where secrets are kept"
            value={shown}
            onChange={(value) => setWanted(KINDS.find((kind) => kind === value))}
            data={KINDS.map((kind) => ({ value: kind, label: PLACES[kind].name }))}
          />
          {vault.state === 'changed' && wanted === undefined && (
            <Button variant="default" size="compact-sm" onClick={() => setWanted(vault.kind)}>
              Go on with it
            </Button>
          )}
        </span>
      </div>
      {isChoice && (
        <div className="setting" style={{ gridTemplateColumns: 'minmax(0, 1fr)' }}>
          <Choose
            kind={wanted}
            onDone={(isDone) => {
              setWanted(undefined);
              if (isDone) onChanged();
            }}
          />
        </div>
      )}
    </>
  );
}

function Choose({ kind, onDone }: { readonly kind: Kind; readonly onDone: (isDone: boolean) => void }) {
  const { client } = useApp();
  const [fault, setFault] = useState<Fault>();
  const [busy, setBusy] = useState(false);
  const use = async (passphrase?: string): Promise<void> => {
    await client.vault.use({ backend: kind, ...(passphrase === undefined ? {} : { passphrase }) });
    toast(`Secrets are kept in ${PLACES[kind].place} now`);
    onDone(true);
  };
  const verb = `Keep them in ${PLACES[kind].place}`;
  return (
    <div className="stack">
      <p>{taken(kind)}</p>
      {kind === 'file' ? (
        <PassphraseForm verb={verb} isTwice onSend={use} onCancel={() => onDone(false)} />
      ) : (
        <div className="row">
          <Button
            variant="default"
            loading={busy}
            onClick={() => {
              setBusy(true);
              use()
                .catch((error: unknown) => setFault(toFault(error)))
                .finally(() => setBusy(false));
            }}
          >
            {verb}
          </Button>
          <Button variant="subtle" onClick={() => onDone(false)}>
            Cancel
          </Button>
        </div>
      )}
      {fault && <Reason fault={fault} />}
    </div>
  );
}

function taken(kind: Kind): string {
  switch (kind) {
    case 'keychain':
      return 'What is kept now moves to the keychain when both can be opened.';
    case 'file':
      return 'What is kept now moves to the file when both can be opened. Nobody can open it without the passphrase, not even you: at least 8 characters. If there is such a file already, give its passphrase.';
    default:
      return 'What is kept now is used from memory and stays where it is; what you add is gone when the host ends.';
  }
}
