// Servers that a link brings: each one whole, what they ask for, and what becomes of names that are taken.
import { Button } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import type { LinkReview } from '../../../shared/model/link-review.ts';
import type { MergeChoice } from '../../../shared/model/portable.ts';
import { PageHead } from '../../components/page-head.tsx';
import { Reason } from '../../components/reason.tsx';
import { useApp } from '../../state/app-context.ts';
import { toast } from '../../state/toast.tsx';
import { type Fault, toFault } from '../../words/fault.ts';
import { counted } from '../../words/numbers.ts';
import { ProposedInputs } from './proposed-inputs.tsx';
import { ProposedServer } from './proposed-server.tsx';

export function AddReview({
  review,
  onDismiss,
  onDone,
}: {
  readonly review: Extract<LinkReview, { kind: 'add' }>;
  readonly onDismiss: () => void;
  readonly onDone: (to: string) => Promise<void>;
}) {
  const { client } = useApp();
  const { plan, servers } = review;
  const [choices, setChoices] = useState<Readonly<Record<string, MergeChoice>>>({});
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<Fault>();
  const dismiss = useRef<HTMLButtonElement>(null);
  useEffect(() => dismiss.current?.focus(), []);
  const rows = plan.rows.filter(({ kind }) => kind === 'server');
  const wanted = rows.filter(
    (row) => row.action === 'add' || (choices[row.key] ?? row.choices[0] ?? 'keep') !== 'keep',
  );
  const apply = async (): Promise<void> => {
    setBusy(true);
    setFault(undefined);
    const given = values;
    setValues({});
    try {
      const done = await client.portable.apply({ planId: plan.planId, choices });
      for (const row of plan.rows.filter(({ kind }) => kind === 'input')) {
        const choice = choices[row.key] ?? row.choices[0];
        const id = choice === 'rename' ? (row.renamed ?? row.name) : row.name;
        const value = given[row.name] ?? '';
        if (value !== '' && choice !== 'keep') await client.inputs.set({ id, value });
      }
      const added = `Added ${counted(done.added.filter((key) => key.startsWith('server:')).length, 'server')}`;
      toast(done.held.length === 0 ? added : `${added}. Look at and approve before a start: ${done.held.join(', ')}`);
      await onDone('/servers');
    } catch (error) {
      setFault(toFault(error));
      setBusy(false);
    }
  };
  return (
    <>
      <PageHead
        title={`Review ${counted(rows.length, 'server')} from a link`}
        sub="Nothing has been saved or started yet."
        keepFocus
      />
      <div className="body" tabIndex={0} role="region" aria-label="What the link proposes">
        <div className="form">
          {fault && <Reason fault={fault} />}
          {rows.map((row) => (
            <ProposedServer
              key={row.key}
              row={row}
              server={servers.find(({ name }) => name === row.name)}
              choice={choices[row.key] ?? row.choices[0]}
              onChoose={(choice) => setChoices({ ...choices, [row.key]: choice })}
            />
          ))}
          <ProposedInputs
            inputs={plan.inputs}
            rows={plan.rows}
            values={values}
            onChange={(id, value) => setValues({ ...values, [id]: value })}
          />
        </div>
      </div>
      <footer className="foot">
        <span className="t2">A server starts only when a client or you use it.</span>
        <Button ref={dismiss} className="end" variant="default" onClick={onDismiss}>
          Dismiss
        </Button>
        <Button disabled={wanted.length === 0} loading={busy} onClick={() => void apply()}>
          Add {counted(wanted.length, 'server')}
        </Button>
      </footer>
    </>
  );
}
