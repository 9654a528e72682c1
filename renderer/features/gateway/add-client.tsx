// Adds a client to the gateway and shows its token this one time; it is out of memory as soon as the person is done.
import { Button, MultiSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import { CopyButton } from '../../components/copy-button.tsx';
import { Reason } from '../../components/reason.tsx';
import { useApp, useSnapshot } from '../../state/app-context.ts';
import { type Fault, toFault } from '../../words/fault.ts';
import { Snippets } from './snippets.tsx';
import { targetsOf } from './targets.ts';

export function AddClient({ onDone }: { readonly onDone: () => void }) {
  const { client, bridge } = useApp();
  const snapshot = useSnapshot();
  const [name, setName] = useState('');
  const [targets, setTargets] = useState<string[]>([]);
  const [token, setToken] = useState<string>();
  const [fault, setFault] = useState<Fault>();
  const [busy, setBusy] = useState(false);
  const add = async (): Promise<void> => {
    setBusy(true);
    try {
      const added = await client.gateway.addClient({
        name: name.trim(),
        ...(targets.length === 0 ? {} : { targets }),
      });
      setToken(added.token);
    } catch (error) {
      setFault(toFault(error));
    }
    setBusy(false);
  };
  if (token !== undefined) {
    return (
      <div className="cardb stack">
        <section className="once" aria-label={`Token of ${name}`}>
          <div className="b">Copy it now. It is not shown again.</div>
          <div className="row">
            <span className="mono anywhere grow">{token}</span>
            <CopyButton text={token} label="Copy token" secret />
          </div>
          {bridge.powers.copySecret && <div className="t2 sm">It leaves the clipboard in 30 seconds.</div>}
        </section>
        <Snippets token={token} first={targets[0]} />
        <div className="row">
          <Button className="end" onClick={onDone}>
            I have copied it
          </Button>
        </div>
      </div>
    );
  }
  return (
    <form
      className="cardb stack"
      autoComplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() !== '') void add();
      }}
    >
      <div className="fields">
        <TextInput
          label="Name"
          description="so that you know it in this list and in Activity"
          value={name}
          maxLength={100}
          data-autofocus
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <MultiSelect
          size="xs"
          label="May use"
          description="everything when nothing is chosen"
          data={targetsOf(snapshot)}
          value={targets}
          onChange={setTargets}
          searchable
        />
      </div>
      {fault && <Reason fault={fault} />}
      <div className="row">
        <Button type="submit" loading={busy} disabled={name.trim() === ''}>
          Make token
        </Button>
        <Button variant="subtle" onClick={onDone}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
