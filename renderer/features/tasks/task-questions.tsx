// The open questions of a task, one at a time and in any order; what was typed for the others stays.
import { Button } from '@mantine/core';
import { useState } from 'react';
import type { Task } from '../../../shared/model/task.ts';
import { TaskQuestion } from './task-question.tsx';

export function TaskQuestions({ task }: { readonly task: Task }) {
  const [wanted, setWanted] = useState(0);
  const all = task.inputs.length;
  if (all === 0) return null;
  const shown = wanted % all;
  return (
    <div className="stack">
      {task.inputs.map((input, index) => (
        <div key={input.key} hidden={index !== shown}>
          <TaskQuestion task={task} input={input} place={`${index + 1} of ${all}`} />
        </div>
      ))}
      {all > 1 && (
        <div className="row">
          <Button className="end" variant="subtle" size="compact-sm" onClick={() => setWanted(shown + 1)}>
            Show the next question
          </Button>
        </div>
      )}
    </div>
  );
}
