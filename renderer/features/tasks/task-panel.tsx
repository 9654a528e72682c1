// One task: its questions, what became of it, its result, the facts and the timeline. Nothing here runs a call again.
import { ActionIcon, Button } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import type { Task } from '../../../shared/model/task.ts';
import { Confirm } from '../../components/confirm.tsx';
import { Empty } from '../../components/empty.tsx';
import { Mark } from '../../components/mark.tsx';
import { Note } from '../../components/note.tsx';
import { Reason } from '../../components/reason.tsx';
import { Visible } from '../../components/visible.tsx';
import { useApp, useSnapshot } from '../../state/app-context.ts';
import { announce } from '../../state/announce.ts';
import { useKeys } from '../../state/keys.ts';
import { useNow } from '../../state/use-now.ts';
import { cutMiddle } from '../../text/cut.ts';
import { type Fault, toFault } from '../../words/fault.ts';
import { cancelWords, isOpenTask, taskTrouble, taskWord } from '../../words/tasks.ts';
import { TaskFacts } from './task-facts.tsx';
import { TaskQuestions } from './task-questions.tsx';
import { TaskResult } from './task-result.tsx';
import { TaskTimeline } from './task-timeline.tsx';

export function TaskPanel({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const { client, queries } = useApp();
  const { settings, tasks } = useSnapshot();
  const [confirming, setConfirming] = useState(false);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<Fault>();
  const live = tasks.find((task) => task.id === id);
  const mayCancel = live !== undefined && isOpenTask(live) && live.cancelAskedAt === undefined;
  useKeys({ c: () => mayCancel && setConfirming(true) }, settings.singleKeyShortcuts);
  // An older task than the snapshot holds is asked for by itself.
  const older = useQuery({ ...queries.tasks.get.queryOptions({ input: { id } }), enabled: live === undefined });
  const task = live ?? older.data;
  const cancel = (): void => {
    setBusy(true);
    setFault(undefined);
    client.tasks
      .cancel({ id })
      .then(
        (told) => announce(cancelWords(told) ?? taskWord(told).word),
        (error: unknown) => setFault(toFault(error)),
      )
      .finally(() => setBusy(false));
  };
  const word = task === undefined ? undefined : taskWord(task);
  return (
    <section className="card panel" aria-label="Task">
      <div className="cardh">
        {word && <Mark kind={word.mark} size={16} />}
        <h2 className="mono el" style={{ fontSize: 13 }}>
          {task === undefined ? 'Task' : <Visible text={cutMiddle(task.tool, 48)} />}
        </h2>
        <span className="r">
          {mayCancel && (
            <Button variant="default" size="compact-sm" loading={busy} onClick={() => setConfirming(true)}>
              Cancel task
            </Button>
          )}
          <ActionIcon variant="subtle" color="gray" size={26} aria-label="Close task" onClick={onClose}>
            <IconX size={16} />
          </ActionIcon>
        </span>
      </div>
      {task === undefined ? older.error && <Empty text="There is no such task." /> : <Body task={task} fault={fault} />}
      <div className="panelfoot sm t2 hide-narrow">
        {mayCancel && (
          <>
            <span className="k">C</span> cancel
          </>
        )}
        <span className="k">J</span>
        <span className="k">K</span> next, previous
        <Link className="end underlined" href="/activity">
          Open Activity
        </Link>
      </div>
      <Confirm
        opened={confirming}
        title="Cancel this task?"
        text="The server is asked to stop. What it had already done stays done, and it may finish all the same."
        verb="Cancel task"
        onConfirm={cancel}
        onClose={() => setConfirming(false)}
      />
    </section>
  );
}

function Body({ task, fault }: { readonly task: Task; readonly fault: Fault | undefined }) {
  const now = useNow(1000);
  const trouble = taskTrouble(task, now);
  const cancelled = cancelWords(task);
  return (
    <div className="panelbody" tabIndex={0} role="group" aria-label="Details">
      {fault && <Reason fault={fault} />}
      {trouble && <Note tone="warn" title={trouble.title} text={trouble.text} />}
      {!task.isFrozen && <TaskQuestions task={task} />}
      {cancelled !== undefined && <p className="t2 plainp">{cancelled}</p>}
      {task.result === 'stored' && <TaskResult task={task} />}
      <TaskFacts task={task} now={now} />
      <TaskTimeline task={task} />
    </div>
  );
}
