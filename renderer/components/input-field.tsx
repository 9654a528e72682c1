// The field of one input: a choice, a text, or a secret that is never shown again.
import { PasswordInput, Select, TextInput } from '@mantine/core';
import type { CatalogInput } from '../../shared/model/catalog-input.ts';

export function InputField({
  input,
  value,
  onChange,
}: {
  readonly input: CatalogInput;
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  const label = `Value of ${input.id}`;
  if (input.choices !== undefined) {
    return (
      <Select
        className="grow"
        aria-label={label}
        placeholder={input.default ?? 'Choose'}
        data={[...new Set(input.choices)]}
        value={value === '' ? null : value}
        onChange={(chosen) => onChange(chosen ?? '')}
      />
    );
  }
  if (input.secret) {
    return (
      <PasswordInput
        className="grow"
        aria-label={label}
        placeholder="Value, not shown again"
        autoComplete="new-password"
        visible={false}
        rightSection={<span />}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    );
  }
  return (
    <TextInput
      className="grow"
      aria-label={label}
      placeholder={input.default ?? 'Value'}
      spellCheck={false}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
