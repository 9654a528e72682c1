// The form of one option: a field for each input that its description names.
import { Checkbox, PasswordInput, Select, Textarea, TextInput } from '@mantine/core';
import type { InstallInput } from '../../../shared/model/registry.ts';
import { visibleString } from '../../text/visible-tokens.ts';

export type Answers = Readonly<Record<string, string>>;

export interface InstallFormProps {
  readonly inputs: readonly InstallInput[];
  readonly answers: Answers;
  readonly onChange: (answers: Answers) => void;
  /** The input that the host refused. */
  readonly wrong: string | undefined;
}

export function InstallForm({ inputs, answers, onChange, wrong }: InstallFormProps) {
  if (inputs.length === 0) return <p className="t2">It asks for nothing.</p>;
  return (
    <div className="stack">
      {inputs.map((input) => (
        <Field
          key={input.id}
          input={input}
          value={answers[input.id] ?? ''}
          wrong={wrong === input.id}
          onChange={(value) => onChange({ ...answers, [input.id]: value })}
        />
      ))}
    </div>
  );
}

function Field({
  input,
  value,
  wrong,
  onChange,
}: {
  readonly input: InstallInput;
  readonly value: string;
  readonly wrong: boolean;
  readonly onChange: (value: string) => void;
}) {
  const { label, description, required, secret, format, choices, placeholder, repeated } = input;
  const preset = input.default === undefined ? undefined : `Without a value: ${visibleString(input.default)}`;
  const frame = {
    label: visibleString(label),
    description: [description === undefined ? undefined : visibleString(description).slice(0, 600), preset]
      .filter((part) => part !== undefined)
      .join(' '),
    withAsterisk: required,
    ...(wrong && { error: 'This does not fit.' }),
  };
  if (format === 'boolean') {
    return (
      <Checkbox
        label={frame.label}
        description={frame.description}
        checked={(value || input.default) === 'true'}
        onChange={(event) => onChange(String(event.currentTarget.checked))}
      />
    );
  }
  if (choices !== undefined) {
    return (
      <Select
        {...frame}
        data={[...new Set(choices)]}
        value={value === '' ? (input.default ?? null) : value}
        clearable={!required}
        onChange={(chosen) => onChange(chosen ?? '')}
      />
    );
  }
  const text = {
    ...frame,
    value,
    ...(placeholder !== undefined && { placeholder: visibleString(placeholder) }),
    spellCheck: false,
  };
  if (secret) {
    return (
      <PasswordInput
        {...text}
        description={`${frame.description} It goes to the keychain.`.trim()}
        autoComplete="off"
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    );
  }
  if (repeated) {
    return (
      <Textarea
        {...text}
        autosize
        minRows={2}
        description={`${frame.description} One a line.`.trim()}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    );
  }
  return <TextInput {...text} onChange={(event) => onChange(event.currentTarget.value)} />;
}
