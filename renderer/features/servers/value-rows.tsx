// Environment variables or headers: a name, a value, and whether the value is kept in the keychain.
import { ActionIcon, Button, Checkbox, PasswordInput, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { SecretSlot } from '../../components/secret-slot.tsx';
import { type ValueRow, valueRow } from './draft.ts';

export interface ValueRowsProps {
  readonly label: string;
  /** What one row is: `variable` or `header`. */
  readonly noun: string;
  readonly rows: readonly ValueRow[];
  readonly onChange: (rows: readonly ValueRow[]) => void;
  readonly error?: string | undefined;
}

export function ValueRows({ label, noun, rows, onChange, error }: ValueRowsProps) {
  const [replacing, setReplacing] = useState<ReadonlySet<number>>(new Set());
  const change = (id: number, patch: Partial<ValueRow>): void =>
    onChange(rows.map((row) => (row.id === id ? { ...row, ...patch } : row)));
  return (
    <fieldset className="group">
      <legend>{label}</legend>
      {rows.map((row, index) => {
        const what = row.name === '' ? `${noun} ${index + 1}` : row.name;
        const held = row.ref !== undefined && row.secret && !replacing.has(row.id);
        return (
          <div className="pair" key={row.id}>
            <TextInput
              aria-label={`Name of ${noun} ${index + 1}`}
              placeholder="Name"
              value={row.name}
              spellCheck={false}
              onChange={(event) => change(row.id, { name: event.currentTarget.value })}
            />
            {held ? (
              <SecretSlot name={row.ref ?? ''} onReplace={() => setReplacing(new Set([...replacing, row.id]))} />
            ) : row.secret ? (
              <PasswordInput
                aria-label={`Value of ${what}`}
                placeholder="Value, not shown again"
                autoComplete="off"
                visible={false}
                rightSection={<span />}
                value={row.value}
                onChange={(event) => change(row.id, { value: event.currentTarget.value })}
              />
            ) : (
              <TextInput
                aria-label={`Value of ${what}`}
                placeholder="Value"
                value={row.value}
                spellCheck={false}
                autoComplete="off"
                onChange={(event) => change(row.id, { value: event.currentTarget.value })}
              />
            )}
            <Checkbox
              mt={7}
              label="Keep in keychain"
              aria-label={`Keep ${what} in the keychain`}
              checked={row.secret}
              onChange={(event) => change(row.id, { secret: event.currentTarget.checked })}
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              size={28}
              aria-label={`Remove ${what}`}
              onClick={() => onChange(rows.filter((other) => other.id !== row.id))}
            >
              <IconX size={15} />
            </ActionIcon>
          </div>
        );
      })}
      {error !== undefined && <div className="mantine-InputWrapper-error">{error}</div>}
      <div className="row">
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<IconPlus size={13} />}
          onClick={() => onChange([...rows, valueRow('', '', false)])}
        >
          Add {noun}
        </Button>
      </div>
    </fieldset>
  );
}
