// The list of tasks: sections of 56 px rows of which only those in view exist, with one tab stop.
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import { Mark } from '../../components/mark.tsx';
import { Visible } from '../../components/visible.tsx';
import { useNow } from '../../state/use-now.ts';
import { cutMiddle } from '../../text/cut.ts';
import { count } from '../../words/numbers.ts';
import { endedAt, type TaskGroup, taskGroup, taskWord, timeLeft } from '../../words/tasks.ts';
import { ago } from '../../words/time.ts';
import type { Task } from '../../../shared/model/task.ts';
import type { TaskItem } from './task-list-items.ts';

export interface TaskListProps {
  readonly items: readonly TaskItem[];
  readonly chosen: string | undefined;
  readonly onChoose: (id: string) => void;
  /** Moves the choice by rows; called by arrows and by J and K. */
  readonly onStep: (by: number) => void;
}

const HEAD = 34;
const ROW = 56;
const TITLES: Readonly<Record<TaskGroup, string>> = { needs: 'Needs you', active: 'Active', done: 'Done' };

export function TaskList({ items, chosen, onChoose, onStep }: TaskListProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const now = useNow(5000);
  const rows = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (items[index]?.kind === 'head' ? HEAD : ROW),
    getItemKey: (index) => keyOf(items[index]),
    overscan: 8,
  });
  const chosenIndex = items.findIndex((item) => item.kind === 'task' && item.task.id === chosen);
  const first = items.findIndex(({ kind }) => kind === 'task');
  useEffect(() => {
    if (chosenIndex >= 0) rows.scrollToIndex(chosenIndex);
  }, [chosenIndex, rows]);
  return (
    <div className="column fill grow" role="grid" aria-label="Tasks" aria-rowcount={items.length}>
      <div
        className="scroll"
        ref={scroller}
        role="rowgroup"
        onKeyDown={(event) => {
          const by = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[event.key];
          if (by === undefined) return;
          event.preventDefault();
          onStep(by);
        }}
      >
        <div className="records" role="presentation" style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map((row) => {
            const item = items[row.index];
            const style = { transform: `translateY(${row.start}px)` };
            if (item === undefined) return null;
            if (item.kind === 'head') {
              return (
                <div className="taskhead" role="row" key={row.key} aria-rowindex={row.index + 1} style={style}>
                  <span role="rowheader">
                    {TITLES[item.group]} <span className="t3">{count(item.count)}</span>
                  </span>
                </div>
              );
            }
            const isChosen = item.task.id === chosen;
            return (
              <div
                className="recrow taskrow"
                role="row"
                key={row.key}
                aria-rowindex={row.index + 1}
                aria-selected={isChosen}
                data-task={item.task.id}
                tabIndex={isChosen || (chosenIndex === -1 && row.index === first) ? 0 : -1}
                style={style}
                onClick={() => onChoose(item.task.id)}
                onKeyDown={(event) => {
                  if (event.key === 'Enter') onChoose(item.task.id);
                }}
              >
                <Row task={item.task} now={now} />
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

function Row({ task, now }: { readonly task: Task; readonly now: number }) {
  const word = taskWord(task);
  const isDone = taskGroup(task) === 'done';
  return (
    <>
      <span role="gridcell" className="taskmark">
        <Mark kind={word.mark} size={15} />
      </span>
      <span role="gridcell" className="taskname">
        <span className="mono b el block">
          <Visible text={cutMiddle(task.tool, 64)} />
        </span>
        <span className="sm t2 el block">
          {task.server}, for <Visible text={cutMiddle(task.client, 40)} />
        </span>
      </span>
      <span role="gridcell" className="taskstate">
        <span className={`b el block mark-${word.mark}`}>{word.word}</span>
        {task.message !== undefined && (
          <span className="xs t2 el block">
            “<Visible text={cutMiddle(task.message, 80)} />”
          </span>
        )}
      </span>
      <span role="gridcell" className="tasktime">
        <span className="el block">{isDone ? `Ended ${ago(endedAt(task), now)}` : timeLeft(task, now)}</span>
        <span className="xs t3 el block">Started {ago(task.startedAt, now)}</span>
      </span>
    </>
  );
}

function keyOf(item: TaskItem | undefined): string {
  if (item === undefined) return '';
  return item.kind === 'head' ? `head ${item.group}` : item.task.id;
}
