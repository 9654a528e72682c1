// Sets a secret: write-only, no autofill, and out of memory as soon as it was sent.
import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import { Reason } from '../../components/reason.tsx';
import { useApp, useSnapshot } from '../../state/app-context.ts';
import { toast } from '../../state/toast.tsx';
import { type Fault, toFault } from '../../words/fault.ts';
import { PLACES } from '../../words/places.ts';

const NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;

export interface SecretFormProps {
  /** Undefined for a new secret. */
  readonly name: string | undefined;
  readonly onSaved: () => void;
  readonly onDone: () => void;
}

export function SecretForm({ name, onSaved, onDone }: SecretFormProps) {
  const { client } = useApp();
  const { place } = PLACES[useSnapshot().vault.kind];
  const [newName, setNewName] = useState('');
  const [value, setValue] = useState('');
  const [fault, setFault] = useState<Fault>();
  const [busy, setBusy] = useState(false);
  const secret = name ?? newName;
  const save = async (): Promise<void> => {
    setBusy(true);
    const sent = value;
    setValue('');
    try {
      await client.secrets.set({ name: secret, value: sent });
      toast(`${secret} is in ${place}`);
      onSaved();
      onDone();
    } catch (error) {
      setFault(toFault(error));
      setBusy(false);
    }
  };
  return (
    <form
      className="stack"
      autoComplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        if (NAME.test(secret) && value !== '') void save();
      }}
    >
      <div className="row top wrap">
        {name === undefined ? (
          <TextInput
            className="grow"
            aria-label="Name of the secret"
            placeholder="Name, such as github-token"
            value={newName}
            maxLength={128}
            spellCheck={false}
            autoFocus
            error={newName !== '' && !NAME.test(newName) ? 'Letters, digits, dots, dashes, underscores.' : undefined}
            onChange={(event) => setNewName(event.currentTarget.value)}
          />
        ) : (
          <span className="mono b grow">{name}</span>
        )}
        <PasswordInput
          className="grow"
          aria-label={`Value of ${name ?? 'the secret'}`}
          placeholder="Value, not shown again"
          autoComplete="new-password"
          autoFocus={name !== undefined}
          visible={false}
          rightSection={<span />}
          value={value}
          onChange={(event) => setValue(event.currentTarget.value)}
        />
        <Button type="submit" variant="default" loading={busy} disabled={!NAME.test(secret) || value === ''}>
          Keep in {place}
        </Button>
        <Button variant="subtle" onClick={onDone}>
          Cancel
        </Button>
      </div>
      {fault && <Reason fault={fault} />}
    </form>
  );
}
