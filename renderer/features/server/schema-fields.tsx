// The fields of a tool's input. Field names and hints are the server's words and shown as foreign text.
import { Button, Select, Switch, TextInput, Textarea } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Visible } from '../../components/visible.tsx';
import { cutEnd, cutMiddle } from '../../text/cut.ts';
import { visibleString } from '../../text/visible-tokens.ts';
import type { Field, Typed } from './schema-form.ts';
import { isGroup, join, type Problem } from './schema-values.ts';

interface SchemaFieldProps {
  readonly field: Field;
  readonly typed: Typed;
  readonly path: string;
  readonly problems: readonly Problem[];
  readonly onChange: (typed: Typed) => void;
}

function SchemaField({ field, typed, path, problems, onChange }: SchemaFieldProps) {
  const error = problems.find((problem) => problem.path === path)?.message;
  const label = visibleString(cutMiddle(field.name === '' ? (path.split('.').at(-1) ?? '') : field.name, 64));
  const common = { label, description: field.words, error };
  const text = typeof typed === 'string' ? typed : '';
  switch (field.kind) {
    case 'text':
    case 'json':
      return (
        <Hinted field={field}>
          <Textarea
            {...common}
            autosize
            minRows={field.kind === 'json' ? 3 : 1}
            maxRows={12}
            value={text}
            spellCheck={false}
            classNames={field.kind === 'json' ? { input: 'mono' } : {}}
            onChange={(event) => onChange(event.currentTarget.value)}
          />
        </Hinted>
      );
    case 'number':
      return (
        <Hinted field={field}>
          <TextInput
            {...common}
            inputMode="decimal"
            value={text}
            onChange={(event) => onChange(event.currentTarget.value)}
          />
        </Hinted>
      );
    case 'choice':
      return (
        <Hinted field={field}>
          <Select
            {...common}
            clearable={!field.required}
            value={text === '' ? null : text}
            data={field.choices.map((choice, index) => ({
              value: String(index),
              label: visibleString(cutMiddle(typeof choice === 'string' ? choice : JSON.stringify(choice), 80)),
            }))}
            onChange={(value) => onChange(value ?? undefined)}
          />
        </Hinted>
      );
    case 'boolean':
      return (
        <Hinted field={field}>
          <Switch
            {...common}
            mt={4}
            checked={typed === true}
            onChange={(event) => onChange(event.currentTarget.checked)}
          />
        </Hinted>
      );
    case 'list':
      return (
        <ListField field={field} typed={typed} path={path} problems={problems} onChange={onChange} label={label} />
      );
    default: {
      const held = isGroup(typed) ? typed : {};
      return (
        <fieldset className="group wide">
          <legend>
            {label} <span className="t3 xs">{field.words}</span>
          </legend>
          <Said field={field} />
          <Fields fields={field.fields} held={held} path={path} problems={problems} onChange={onChange} />
        </fieldset>
      );
    }
  }
}

export interface FieldsProps {
  readonly fields: readonly Field[];
  readonly held: { readonly [name: string]: Typed };
  readonly path: string;
  readonly problems: readonly Problem[];
  readonly onChange: (typed: Typed) => void;
}

export function Fields({ fields, held, path, problems, onChange }: FieldsProps) {
  return (
    <div className="fields">
      {fields.map((field) => (
        <SchemaField
          key={field.name}
          field={field}
          typed={held[field.name]}
          path={join(path, field.name)}
          problems={problems}
          onChange={(typed) => onChange({ ...held, [field.name]: typed })}
        />
      ))}
    </div>
  );
}

function ListField({ field, typed, path, problems, onChange, label }: SchemaFieldProps & { readonly label: string }) {
  if (field.kind !== 'list') return null;
  const items = Array.isArray(typed) ? (typed as readonly Typed[]) : [];
  return (
    <fieldset className="group wide">
      <legend>
        {label} <span className="t3 xs">{field.words}</span>
      </legend>
      <Said field={field} />
      {items.map((item, index) => (
        <div className="item" key={index}>
          <SchemaField
            field={{ ...field.item, name: String(index) }}
            typed={item}
            path={join(path, String(index))}
            problems={problems}
            onChange={(next) => onChange(items.map((held, at) => (at === index ? next : held)))}
          />
          <Button
            variant="subtle"
            size="compact-sm"
            aria-label={`Remove ${label} ${index}`}
            onClick={() => onChange(items.filter((_, at) => at !== index))}
          >
            Remove
          </Button>
        </div>
      ))}
      <div className="row">
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<IconPlus size={13} />}
          onClick={() => onChange([...items, undefined])}
        >
          Add to {label}
        </Button>
      </div>
    </fieldset>
  );
}

function Hinted({ field, children }: { readonly field: Field; readonly children: ReactNode }) {
  return (
    <div className={field.kind === 'json' ? 'field wide' : 'field'}>
      {children}
      <Said field={field} />
    </div>
  );
}

function Said({ field }: { readonly field: Field }) {
  if (field.said === undefined) return null;
  return (
    <div className="said hintline">
      <Visible text={cutEnd(field.said, 400)} />
    </div>
  );
}
