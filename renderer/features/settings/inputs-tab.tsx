// What servers ask a person for: one row per input, its value given once. Secret values go in and are never shown.
import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { InputStatus } from '../../../shared/model/catalog-input.ts';
import { Card } from '../../components/card.tsx';
import { Empty } from '../../components/empty.tsx';
import { InputField } from '../../components/input-field.tsx';
import { Reason } from '../../components/reason.tsx';
import { Visible } from '../../components/visible.tsx';
import { useApp } from '../../state/app-context.ts';
import { toast } from '../../state/toast.tsx';
import { toFault } from '../../words/fault.ts';

export function InputsTab() {
  const { queries } = useApp();
  const inputs = useQuery(queries.inputs.list.queryOptions());
  return (
    <Card title="Inputs">
      {inputs.isError && (
        <Reason fault={toFault(inputs.error)} action={{ label: 'Try again', run: () => void inputs.refetch() }} />
      )}
      {inputs.data?.length === 0 && <Empty text="No server asks for anything." />}
      {(inputs.data ?? []).map((input) => (
        <InputRow key={input.id} input={input} />
      ))}
    </Card>
  );
}

function InputRow({ input }: { readonly input: InputStatus }) {
  const { client, queries } = useApp();
  const cache = useQueryClient();
  const [value, setValue] = useState('');
  const save = useMutation({
    mutationFn: () => client.inputs.set({ id: input.id, value }),
    onSuccess: () => {
      setValue('');
      toast(`${input.id} is stored`);
      return cache.invalidateQueries({ queryKey: queries.inputs.list.key() });
    },
  });
  return (
    <form
      className="cardb stack"
      autoComplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        if (value !== '') save.mutate();
      }}
    >
      <div>
        <b className="mono">{input.id}</b>{' '}
        <span className="t2 sm">
          {stateWords(input)}
          {input.usedBy.length > 0 && `, asked by ${input.usedBy.join(', ')}`}
        </span>
        {input.description !== undefined && (
          <div className="t2">
            <Visible text={input.description} />
          </div>
        )}
      </div>
      <div className="row top wrap">
        <InputField input={input} value={value} onChange={setValue} />
        <Button type="submit" variant="default" disabled={value === ''} loading={save.isPending}>
          {input.hasValue ? 'Replace' : 'Store'}
        </Button>
      </div>
      {save.isError && <Reason fault={toFault(save.error)} />}
    </form>
  );
}

function stateWords({ hasValue, secret, value, default: fallback, required }: InputStatus): string {
  if (hasValue) return secret ? 'in the keychain' : `is ${value ?? ''}`;
  if (fallback !== undefined) return `is ${fallback} by default`;
  return required ? 'has no value yet' : 'is empty';
}
