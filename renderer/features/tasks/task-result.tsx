// What a finished task gave, from what was kept: there even after its server has dropped it.
import { useQuery } from '@tanstack/react-query';
import type { Task } from '../../../shared/model/task.ts';
import { Reason } from '../../components/reason.tsx';
import { SkeletonRows } from '../../components/skeleton-rows.tsx';
import { useApp } from '../../state/app-context.ts';
import { toFault } from '../../words/fault.ts';
import { bytes } from '../../words/numbers.ts';
import { ResultView } from '../server/result-view.tsx';

export function TaskResult({ task }: { readonly task: Task }) {
  const { queries } = useApp();
  const result = useQuery(queries.tasks.result.queryOptions({ input: { id: task.id } }));
  if (result.error) return <Reason fault={toFault(result.error)} />;
  if (!result.data) return <SkeletonRows rows={3} height={24} />;
  const { digest, isError, value } = result.data;
  const isToolError = typeof value === 'object' && value !== null && Reflect.get(value, 'isError') === true;
  return (
    <ResultView
      isError={isError || isToolError}
      word={isError ? 'Error from the server' : isToolError ? 'Error from the tool' : 'Result kept'}
      result={value}
      server={task.server}
      about={
        <>
          {bytes(new TextEncoder().encode(JSON.stringify(value)).length)} ·{' '}
          <span className="mono" title={digest}>
            {digest.slice(0, 19)}…
          </span>
        </>
      }
    />
  );
}
