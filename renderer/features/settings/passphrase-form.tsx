// Asks for a passphrase: out of memory as soon as it was sent, never shown and never filled in by the browser.
import { Button, PasswordInput } from '@mantine/core';
import { useState } from 'react';
import { Reason } from '../../components/reason.tsx';
import { type Fault, toFault } from '../../words/fault.ts';

export interface PassphraseFormProps {
  /** On the button. */
  readonly verb: string;
  /** Typed twice, so that a slip locks nobody out. */
  readonly isTwice?: boolean;
  readonly onSend: (passphrase: string) => Promise<unknown>;
  readonly onCancel?: () => void;
}

export function PassphraseForm({ verb, isTwice = false, onSend, onCancel }: PassphraseFormProps) {
  const [passphrase, setPassphrase] = useState('');
  const [again, setAgain] = useState('');
  const [fault, setFault] = useState<Fault>();
  const [busy, setBusy] = useState(false);
  const isReady = passphrase !== '' && (!isTwice || passphrase === again);
  const send = async (): Promise<void> => {
    setBusy(true);
    setFault(undefined);
    const sent = passphrase;
    setPassphrase('');
    setAgain('');
    try {
      await onSend(sent);
    } catch (error) {
      setFault(toFault(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      className="stack"
      autoComplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady) void send();
      }}
    >
      <div className="row top wrap">
        <Field label="Passphrase" value={passphrase} onChange={setPassphrase} isFirst />
        {isTwice && (
          <Field
            label="The same again"
            value={again}
            onChange={setAgain}
            error={again !== '' && again.length >= passphrase.length && again !== passphrase}
          />
        )}
        <Button type="submit" variant="default" loading={busy} disabled={!isReady}>
          {verb}
        </Button>
        {onCancel && (
          <Button variant="subtle" onClick={onCancel}>
            Cancel
          </Button>
        )}
      </div>
      {fault && <Reason fault={fault} />}
    </form>
  );
}

interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly isFirst?: boolean;
  readonly error?: boolean;
}

function Field({ label, value, onChange, isFirst = false, error = false }: FieldProps) {
  return (
    <PasswordInput
      className="grow"
      aria-label={label}
      placeholder={label}
      autoComplete="new-password"
      autoFocus={isFirst}
      visible={false}
      rightSection={<span />}
      error={error ? 'Not the same.' : undefined}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
