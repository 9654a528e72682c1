// The filter of a list; `/` focuses it from anywhere on the page.
import { TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useRef } from 'react';
import { useKeys } from '../state/keys.ts';

export interface FilterInputProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly label: string;
  readonly placeholder: string;
  readonly single: boolean;
  readonly className?: string;
}

export function FilterInput({ value, onChange, label, placeholder, single, className = 'grow' }: FilterInputProps) {
  const input = useRef<HTMLInputElement>(null);
  useKeys({ '/': () => input.current?.focus() }, single);
  return (
    <TextInput
      ref={input}
      className={className}
      type="search"
      leftSection={<IconSearch size={14} />}
      rightSection={single ? <span className="k">/</span> : undefined}
      aria-label={label}
      placeholder={placeholder}
      value={value}
      maxLength={500}
      onChange={(event) => onChange(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        if (value === '') event.currentTarget.blur();
        else onChange('');
      }}
    />
  );
}
