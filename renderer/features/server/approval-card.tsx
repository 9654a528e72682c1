// A server that is held: all that it would run or contact against what the person approved, and the button that approves it.
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ProgramFileState } from '../../../shared/model/approval.ts';
import { Card } from '../../components/card.tsx';
import { Confirm } from '../../components/confirm.tsx';
import { DataList, type Fact } from '../../components/data-list.tsx';
import { EndpointChanges, EndpointView, Risks } from '../../components/endpoint-view.tsx';
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
  const { entry, files, risks } = data;
  const verb = entry.endpoint.type === 'stdio' ? 'run' : 'contact';
  return (
    <div className="stack" style={{ gridColumn: '1 / -1' }}>
      {entry.state !== 'same' && <EndpointView endpoint={entry.endpoint} />}
      <Risks risks={risks} />
      <Card title="Approval">
        {entry.before && <EndpointChanges before={entry.before} now={entry.endpoint} />}
        <div className="cardb">
          {files.map((file) => (
            <DataList key={file.path} facts={factsOf(file)} />
          ))}
          <p className="t2">
            {entry.state === 'new'
              ? 'Nobody has approved this yet. Approve it when it is what you expect.'
              : 'Approve it when you know why it changed, for example after an update.'}
            {verb === 'run' && ' It runs with all your rights.'}
          </p>
          <Button variant="default" disabled={!data.needed} onClick={() => setAsking(true)}>
            Approve and start
          </Button>
        </div>
      </Card>
      <Confirm
        opened={asking}
        title={`Let ${name} ${verb} this?`}
        text={files.length === 0 ? 'It is shown in full on this page.' : files.map(({ path }) => path).join(', ')}
        verb="Approve"
        onClose={() => setAsking(false)}
        onConfirm={() => void actions.approve(name, data.digest)}
      />
    </div>
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
