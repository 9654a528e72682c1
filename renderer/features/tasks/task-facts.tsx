// The facts of a task, and the attempts that belong together.
import { Link } from 'wouter';
import type { Task } from '../../../shared/model/task.ts';
import { DataList } from '../../components/data-list.tsx';
import { Foreign } from '../../components/foreign.tsx';
import { StateLine } from '../../components/state-line.tsx';
import { Visible } from '../../components/visible.tsx';
import { useSnapshot } from '../../state/app-context.ts';
import { cutMiddle } from '../../text/cut.ts';
import { isOpenTask, taskWord, timeLeft } from '../../words/tasks.ts';
import { ago, exact } from '../../words/time.ts';
import { attemptsOf } from './attempts-of.ts';

export function TaskFacts({ task, now }: { readonly task: Task; readonly now: number }) {
  const { tasks } = useSnapshot();
  const attempts = attemptsOf(task, tasks);
  const { client, expiresAt, heardAt, message, server, settledAt, startedAt, taskId } = task;
  const until = expiresAt === undefined ? '' : `, until ${exact(expiresAt)}`;
  return (
    <>
      {message !== undefined && <Foreign text={message} from={server} />}
      <DataList
        facts={[
          { term: 'State', value: <StateLine state={taskWord(task)} /> },
          { term: 'Server', value: <Link href={`/servers/${encodeURIComponent(server)}/tools`}>{server}</Link> },
          { term: 'Started by', value: <Visible text={cutMiddle(client, 60)} /> },
          { term: 'Started', value: exact(startedAt) },
          ...(settledAt === undefined ? [] : [{ term: 'Ended', value: exact(settledAt) }]),
          ...(isOpenTask(task) ? [{ term: 'Server keeps it', value: `${timeLeft(task, now)}${until}` }] : []),
          { term: 'Last heard of', value: ago(heardAt, now) },
          {
            term: 'Task id',
            value: (
              <span className="mono">
                <Visible text={cutMiddle(taskId, 64)} />
              </span>
            ),
          },
        ]}
      />
      {attempts.length > 1 && (
        <section aria-label="Attempts">
          <h3 className="b sm">Attempts</h3>
          <ol className="plain attempts">
            {attempts.map((attempt, index) => (
              <li className="row" key={attempt.id}>
                <Link href={`/tasks/${encodeURIComponent(attempt.id)}`} aria-current={attempt.id === task.id}>
                  Attempt {index + 1}
                </Link>
                <StateLine state={taskWord(attempt)} size={12} />
                <span className="end t3 sm">{ago(attempt.startedAt, now)}</span>
              </li>
            ))}
          </ol>
        </section>
      )}
    </>
  );
}
