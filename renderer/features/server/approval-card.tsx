// A server that is held: which file is another one than the person approved, and the button that approves it.
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ProgramFileState } from '../../../shared/model/approval.ts';
import { Card } from '../../components/card.tsx';
import { Confirm } from '../../components/confirm.tsx';
import { DataList, type Fact } from '../../components/data-list.tsx';
import { Reason } from '../../components/reason.tsx';
import { Visible } from '../../components/visible.tsx';
import { useApp } from '../../state/app-context.ts';
import { toFault } from '../../words/fault.ts';
import { useServerActions } from '../servers/use-server-actions.ts';

export function ApprovalCard({ name, since }: { readonly name: string; readonly since: string }) {
  const { queries } = useApp();
  const actions = useServerActions();
  const [asking, setAsking] = useState(false);
  // Held anew means other files: what was read for an earlier time does not count.
  const options = queries.servers.approval.queryOptions({ input: { name } });
  const approval = useQuery({ ...options, queryKey: [...options.queryKey, since], gcTime: 0 });
  if (approval.error) return <Reason fault={toFault(approval.error)} />;
  const { data } = approval;
  if (!data) return null;
  return (
    <Card title="Approval">
      <div className="cardb">
        {data.files.map((file) => (
          <DataList key={file.path} facts={factsOf(file)} />
        ))}
        <p className="t2">
          Approve it when you know why it changed, for example after an update. It runs with all your rights.
        </p>
        <Button variant="default" disabled={!data.needed} onClick={() => setAsking(true)}>
          Approve and start
        </Button>
      </div>
      <Confirm
        opened={asking}
        title={`Let ${name} run this?`}
        text={data.files.map(({ path }) => path).join(', ')}
        verb="Approve"
        onClose={() => setAsking(false)}
        onConfirm={() => void actions.approve(name, data.digest)}
      />
    </Card>
  );
}

function factsOf({ path, pinnedPath = path, pinned, now, state }: ProgramFileState): readonly Fact[] {
  const mono = (text: string) => (
    <span className="mono anywhere">
      <Visible text={text} />
    </span>
  );
  return [
    { term: state === 'changed' ? 'Changed file' : 'File', value: mono(path) },
    ...(pinnedPath === path ? [] : [{ term: 'Approved path', value: mono(pinnedPath) }]),
    ...(state === 'changed' ? [{ term: 'Approved', value: mono(pinned ?? 'a program of the system') }] : []),
    { term: 'Now', value: mono(now ?? (state === 'changed' ? 'no file' : 'a program of the system')) },
  ];
}
