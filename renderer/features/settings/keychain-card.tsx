// The keychain or what stands in its place: whether it answers, which names it holds and who uses them. Values go in and never come out.
import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { VaultState } from '../../../shared/model/system.ts';
import { Card } from '../../components/card.tsx';
import { Confirm } from '../../components/confirm.tsx';
import { Reason } from '../../components/reason.tsx';
import { SecretSlot } from '../../components/secret-slot.tsx';
import { SkeletonRows } from '../../components/skeleton-rows.tsx';
import { StateLine } from '../../components/state-line.tsx';
import { useApp, useSnapshot } from '../../state/app-context.ts';
import { toast, toastFault } from '../../state/toast.tsx';
import { faultOf, toFault } from '../../words/fault.ts';
import type { StateWord } from '../../words/states.ts';
import { PLACES } from '../../words/places.ts';
import { SecretForm } from './secret-form.tsx';
import { VaultPlace } from './vault-place.tsx';

const WORDS: Readonly<Record<VaultState['state'], StateWord>> = {
  unlocked: { mark: 'ready', word: 'Unlocked' },
  locked: { mark: 'sign-in', word: 'Locked' },
  'no-service': { mark: 'failed', word: 'No service' },
  'no-bus': { mark: 'failed', word: 'No session bus' },
  changed: { mark: 'failed', word: 'Changed' },
  failed: { mark: 'failed', word: 'Failed' },
  'not-probed': { mark: 'idle', word: 'Not asked yet' },
};

export function KeychainCard() {
  const { client, queries } = useApp();
  const { vault } = useSnapshot();
  const { place } = PLACES[vault.kind];
  const queryClient = useQueryClient();
  const list = useQuery(queries.secrets.list.queryOptions());
  const [editing, setEditing] = useState<string>();
  const [removing, setRemoving] = useState<string>();
  const refresh = (): Promise<void> => queryClient.invalidateQueries({ queryKey: queries.secrets.key() });
  const remove = async (name: string): Promise<void> => {
    try {
      await client.secrets.remove({ name });
      await refresh();
      toast(`${name} was removed from ${place}`);
    } catch (error) {
      toastFault(toFault(error));
    }
  };
  const probe = () => void client.vault.probe().then(refresh, (error: unknown) => toastFault(toFault(error)));
  // The passphrase below is the next step.
  const isOurs = vault.kind === 'file' && vault.state === 'locked';
  const secrets = list.data?.secrets ?? [];
  return (
    <Card
      title="Keychain"
      right={
        <>
          <StateLine state={WORDS[vault.state]} size={13} />
          <span className="t3">{vault.backend}</span>
        </>
      }
    >
      {vault.reason && vault.reason.code !== 'PASSPHRASE_WRONG' && (
        <div className="cardb">
          <Reason
            fault={faultOf(vault.reason)}
            tone={isOurs ? 'warn' : 'error'}
            {...(isOurs ? {} : { action: { label: 'Try again', run: probe } })}
          />
        </div>
      )}
      <VaultPlace onChanged={() => void refresh()} />
      {list.error && (
        <div className="cardb">
          <Reason fault={toFault(list.error)} action={{ label: 'Try again', run: () => void list.refetch() }} />
        </div>
      )}
      {list.isPending && <SkeletonRows rows={3} height={48} />}
      {list.isSuccess && secrets.length === 0 && <div className="cardb t2">No secret is kept yet.</div>}
      {secrets.map((secret) => (
        <div className="setting" key={secret.name} style={{ gridTemplateColumns: 'minmax(0, 1fr)' }}>
          {editing === secret.name ? (
            <SecretForm name={secret.name} onDone={() => setEditing(undefined)} onSaved={() => void refresh()} />
          ) : (
            <div>
              <div className="row">
                <div className="grow">
                  <SecretSlot
                    name={secret.name}
                    changedAt={secret.changedAt}
                    onReplace={() => setEditing(secret.name)}
                  />
                </div>
                <Button
                  variant="subtle"
                  size="compact-sm"
                  aria-label={`Remove… ${secret.name}`}
                  onClick={() => setRemoving(secret.name)}
                >
                  Remove…
                </Button>
              </div>
              <p className="indent">
                {secret.usedBy.length === 0 ? 'Used by no server.' : `Used by ${secret.usedBy.join(', ')}.`}
              </p>
            </div>
          )}
        </div>
      ))}
      <div className="setting" style={{ gridTemplateColumns: 'minmax(0, 1fr)' }}>
        {editing === '' ? (
          <SecretForm name={undefined} onDone={() => setEditing(undefined)} onSaved={() => void refresh()} />
        ) : (
          <div className="row">
            <span className="t2 grow sm">Values are written to {place} and never shown again.</span>
            <Button variant="default" size="compact-sm" onClick={() => setEditing('')}>
              Add secret
            </Button>
          </div>
        )}
      </div>
      <Confirm
        opened={removing !== undefined}
        title={`Remove ${removing ?? ''}?`}
        text="Servers that use it cannot start until it is set again. This cannot be undone."
        verb={`Remove ${removing ?? ''}`}
        onClose={() => setRemoving(undefined)}
        onConfirm={() => void remove(removing ?? '')}
      />
    </Card>
  );
}
