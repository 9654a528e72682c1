// The servers that a client of the gateway was held at because they are signed in as the person, each with a way to allow it.
import { Button } from '@mantine/core';
import type { GatewayClient } from '../../../shared/model/gateway.ts';
import { Visible } from '../../components/visible.tsx';
import { useApp } from '../../state/app-context.ts';
import { toast, toastFault } from '../../state/toast.tsx';
import { toFault } from '../../words/fault.ts';

export function AskedFor({ of: { id, name, asked = [] } }: { readonly of: GatewayClient }) {
  const { client } = useApp();
  const allow = async (server: string): Promise<void> => {
    try {
      await client.gateway.allow({ client: id, server });
      toast(`${name} may use ${server}`);
    } catch (error) {
      toastFault(toFault(error));
    }
  };
  return asked.map((server) => (
    <span key={server} className="row">
      <span className="t2 sm el">
        Asked for <Visible text={server} />, which is signed in as you
      </span>
      <Button
        variant="default"
        size="compact-sm"
        aria-label={`Allow ${server} to ${name}`}
        onClick={() => void allow(server)}
      >
        Allow
      </Button>
    </span>
  ));
}
