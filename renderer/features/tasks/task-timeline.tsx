// What was seen of a task, oldest first: time, mark, what, and the server's words.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { Task } from '../../../shared/model/task.ts';
import { Mark } from '../../components/mark.tsx';
import { Reason } from '../../components/reason.tsx';
import { Visible } from '../../components/visible.tsx';
import { useApp } from '../../state/app-context.ts';
import { cutMiddle } from '../../text/cut.ts';
import { toFault } from '../../words/fault.ts';
import { exact, listTime } from '../../words/time.ts';
import { timelineOf } from './task-steps.ts';

export function TaskTimeline({ task }: { readonly task: Task }) {
  const { client } = useApp();
  const { cancelAskedAt = '', end = '', id, inputs, message = '', result, status } = task;
  // What a step can come from: each change of it is a reason to ask again.
  const cause = [status, message, end, result, cancelAskedAt, ...inputs.map(({ key }) => key)];
  const detail = useQuery({
    queryKey: ['task-steps', id, ...cause],
    queryFn: () => client.tasks.get({ id }),
    placeholderData: keepPreviousData,
  });
  if (detail.error) return <Reason fault={toFault(detail.error)} />;
  const now = Date.now();
  return (
    <section aria-label="Timeline">
      <h3 className="b sm">Timeline</h3>
      <ol className="plain steps">
        {detail.data !== undefined &&
          timelineOf(detail.data).map((step, index) => (
            <li key={index}>
              <time className="mono xs t3" dateTime={step.at} title={exact(step.at)}>
                {listTime(step.at, now)}
              </time>
              <Mark kind={step.state.mark} size={13} />
              <span className="anywhere">
                <b>{step.state.word}</b>
                {step.said !== undefined && (
                  <span className="t2">
                    {' '}
                    “<Visible text={cutMiddle(step.said, 120)} />”
                  </span>
                )}
              </span>
            </li>
          ))}
      </ol>
    </section>
  );
}
