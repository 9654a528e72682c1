// The clients of the gateway: who has a token, since when, for what; adding one and revoking one.
import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import type { GatewayClient } from '../../../shared/model/gateway.ts';
import { Card } from '../../components/card.tsx';
import { Confirm } from '../../components/confirm.tsx';
import { Empty } from '../../components/empty.tsx';
import { TimeAgo } from '../../components/time-ago.tsx';
import { Visible } from '../../components/visible.tsx';
import { useApp, useSnapshot } from '../../state/app-context.ts';
import { toast, toastFault } from '../../state/toast.tsx';
import { toFault } from '../../words/fault.ts';
import { AskedFor } from './asked-for.tsx';
import { AddClient } from './add-client.tsx';
import { Snippets } from './snippets.tsx';

export function GatewayClients() {
  const { client } = useApp();
  const { gateway } = useSnapshot();
  const [adding, setAdding] = useState(false);
  const [revoking, setRevoking] = useState<GatewayClient>();
  const revoke = async (one: GatewayClient): Promise<void> => {
    try {
      await client.gateway.revokeClient({ id: one.id });
      toast(`${one.name} was revoked`);
    } catch (error) {
      toastFault(toFault(error));
    }
  };
  const add = (
    <Button variant="default" size="compact-sm" leftSection={<IconPlus size={13} />} onClick={() => setAdding(true)}>
      Add client
    </Button>
  );
  return (
    <>
      <Card title="Clients" right={!adding && gateway.clients.length > 0 && add}>
        {adding && <AddClient onDone={() => setAdding(false)} />}
        {!adding && gateway.clients.length === 0 && (
          <Empty text="No client has a token yet. Without one nothing is answered.">{add}</Empty>
        )}
        <ul className="plain lines">
          {gateway.clients.map((one) => (
            <li key={one.id}>
              <span className="grow">
                <span className="block el">
                  <b>
                    <Visible text={one.name} />
                  </b>{' '}
                  <span className="t2 sm">{one.targets === undefined ? 'Everything' : one.targets.join(', ')}</span>
                </span>
                <span className="t2 sm block">
                  Added <TimeAgo at={one.createdAt} />,{' '}
                  {one.lastUsedAt === undefined ? (
                    'never used'
                  ) : (
                    <>
                      last used <TimeAgo at={one.lastUsedAt} />
                    </>
                  )}
                </span>
                <AskedFor of={one} />
              </span>
              <Button
                variant="default"
                size="compact-sm"
                aria-label={`Revoke… ${one.name}`}
                onClick={() => setRevoking(one)}
              >
                Revoke…
              </Button>
            </li>
          ))}
        </ul>
      </Card>
      {gateway.url !== undefined && !adding && <Snippets token={undefined} />}
      <Confirm
        opened={revoking !== undefined}
        title={`Revoke ${revoking?.name ?? ''}?`}
        text="Its connections end at once and its token never works again."
        verb={`Revoke ${revoking?.name ?? ''}`}
        onClose={() => setRevoking(undefined)}
        onConfirm={() => revoking && void revoke(revoking)}
      />
    </>
  );
}
