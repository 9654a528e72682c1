// The gateway for clients that speak HTTP: on or off, its addresses, its clients, and what to paste into one.
import { Button, NumberInput, Switch, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { GatewayStatus } from '../../../shared/model/gateway.ts';
import { Card } from '../../components/card.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { Reason } from '../../components/reason.tsx';
import { useApp, useSnapshot } from '../../state/app-context.ts';
import { toast, toastFault } from '../../state/toast.tsx';
import { faultOf, toFault } from '../../words/fault.ts';
import { counted } from '../../words/numbers.ts';
import { GatewayClients } from './gateway-clients.tsx';

type Change = { enabled?: boolean; port?: number; publicOrigin?: string | null };

export function GatewayTab() {
  const { client } = useApp();
  const { gateway } = useSnapshot();
  const configure = async (change: Change, back: Change): Promise<void> => {
    try {
      await client.gateway.configure(change);
      toast('Saved', {
        label: 'Undo',
        run: () => void client.gateway.configure(back).catch((error: unknown) => toastFault(toFault(error))),
      });
    } catch (error) {
      toastFault(toFault(error));
    }
  };
  return (
    <>
      <Card
        title="Gateway"
        right={gateway.enabled && gateway.url !== undefined ? counted(gateway.connections, 'connection') : undefined}
      >
        {gateway.problem && (
          <div className="cardb">
            <Reason fault={faultOf(gateway.problem)} />
          </div>
        )}
        <div className="setting">
          <div>
            <div className="name">Offer servers over HTTP</div>
            <p>For clients that speak MCP over HTTP, on this computer only. Each needs a token of its own.</p>
          </div>
          <Switch
            aria-label="Offer servers over HTTP"
            checked={gateway.enabled}
            onChange={(event) => void configure({ enabled: event.currentTarget.checked }, { enabled: gateway.enabled })}
          />
        </div>
        {gateway.url !== undefined && (
          <div className="setting">
            <div>
              <div className="name">Address</div>
              <p>Listens here and nowhere else.</p>
            </div>
            <span className="row">
              <span className="mono">{gateway.url}</span>
              <CopyButton text={gateway.url} label="Copy address of the gateway" />
            </span>
          </div>
        )}
        <Port gateway={gateway} configure={configure} />
        <PublicOrigin gateway={gateway} configure={configure} />
      </Card>
      <GatewayClients />
    </>
  );
}

interface FieldProps {
  readonly gateway: GatewayStatus;
  readonly configure: (change: Change, back: Change) => Promise<void>;
}

function Port({ gateway, configure }: FieldProps) {
  const [port, setPort] = useState<number | string>(gateway.port);
  useEffect(() => setPort(gateway.port), [gateway.port]);
  const save = (): void => {
    const next = Number(port);
    if (!Number.isInteger(next) || next < 0 || next > 65_535) setPort(gateway.port);
    else if (next !== gateway.port) void configure({ port: next }, { port: gateway.port });
  };
  return (
    <div className="setting">
      <div>
        <div className="name">Port</div>
        <p>0 lets the system choose one each time. Clients have to know it.</p>
      </div>
      <NumberInput
        aria-label="Port of the gateway"
        w={110}
        min={0}
        max={65_535}
        allowDecimal={false}
        hideControls
        value={port}
        onChange={setPort}
        onBlur={save}
        onKeyDown={(event) => event.key === 'Enter' && save()}
      />
    </div>
  );
}

function PublicOrigin({ gateway, configure }: FieldProps) {
  const [origin, setOrigin] = useState(gateway.publicOrigin ?? '');
  useEffect(() => setOrigin(gateway.publicOrigin ?? ''), [gateway.publicOrigin]);
  const held = gateway.publicOrigin ?? '';
  const fits = origin === '' || (URL.canParse(origin) && new URL(origin).protocol === 'https:');
  return (
    <div className="setting">
      <div>
        <div className="name">Public address</div>
        <p>Only when a reverse proxy of yours offers the gateway: its https address, without a path.</p>
      </div>
      <form
        className="row top"
        onSubmit={(event) => {
          event.preventDefault();
          const change = { publicOrigin: origin === '' ? null : origin };
          if (fits) void configure(change, { publicOrigin: gateway.publicOrigin ?? null });
        }}
      >
        <TextInput
          aria-label="Public address"
          placeholder="None"
          w={220}
          value={origin}
          spellCheck={false}
          error={fits ? undefined : 'Begin with https:'}
          onChange={(event) => setOrigin(event.currentTarget.value.trim())}
        />
        {origin !== held && (
          <Button type="submit" variant="default" disabled={!fits}>
            Save
          </Button>
        )}
      </form>
    </div>
  );
}
