// Tasks: what waits for a person, what still runs and until when, and where the results are.
import { Button, SegmentedControl, Select } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import { Empty } from '../../components/empty.tsx';
import { FilterInput } from '../../components/filter-input.tsx';
import { PageHead } from '../../components/page-head.tsx';
import { useSnapshot } from '../../state/app-context.ts';
import { useKeys } from '../../state/keys.ts';
import { useNow } from '../../state/use-now.ts';
import { visibleString } from '../../text/visible-tokens.ts';
import { cutMiddle } from '../../text/cut.ts';
import { count } from '../../words/numbers.ts';
import { taskGroup } from '../../words/tasks.ts';
import { TASK_VIEWS, type TaskFilter, taskItems, type TaskView } from './task-list-items.ts';
import { TaskList } from './task-list.tsx';
import { TaskPanel } from './task-panel.tsx';

const HOUR = 3_600_000;
const AGES = [
  { value: String(HOUR), label: 'Last hour' },
  { value: String(24 * HOUR), label: 'Last day' },
  { value: String(7 * 24 * HOUR), label: 'Last week' },
];
const VIEW_WORDS: Readonly<Record<TaskView, string>> = { inbox: 'Inbox', active: 'Active', done: 'Done', all: 'All' };
const ANY: TaskFilter = { view: 'inbox', text: '', server: null, client: null, age: null };

export function TasksPage({ id }: { readonly id: string | undefined }) {
  const { settings, tasks } = useSnapshot();
  const [, navigate] = useLocation();
  const now = useNow();
  const [filter, setFilter] = useState<TaskFilter>(ANY);
  const change = (part: Partial<TaskFilter>): void => setFilter((before) => ({ ...before, ...part }));
  const items = useMemo(() => taskItems(tasks, filter, now), [tasks, filter, now]);
  const shown = items.flatMap((item) => (item.kind === 'task' ? [item.task.id] : []));
  const focusRow = (task: string): void => {
    requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-task="${CSS.escape(task)}"]`)?.focus());
  };
  const open = (task: string): void => navigate(`/tasks/${encodeURIComponent(task)}`);
  const step = (by: number): void => {
    const at = id === undefined ? -1 : shown.indexOf(id);
    const next = shown[at === -1 ? 0 : Math.max(0, Math.min(at + by, shown.length - 1))];
    if (next === undefined) return;
    open(next);
    focusRow(next);
  };
  const close = (): void => {
    navigate('/tasks');
    if (id !== undefined) focusRow(id);
  };
  useKeys(
    { j: () => step(1), k: () => step(-1), Escape: () => id !== undefined && close() },
    settings.singleKeyShortcuts,
  );
  const inGroup = (group: string): number => tasks.filter((task) => taskGroup(task) === group).length;
  const [needs, active, done] = ['needs', 'active', 'done'].map(inGroup);
  const isFiltered = filter.text !== '' || filter.server !== null || filter.client !== null || filter.age !== null;
  return (
    <>
      <PageHead
        title="Tasks"
        sub={`${count(needs ?? 0)} ${needs === 1 ? 'needs' : 'need'} you, ${count(active ?? 0)} active, ${count(done ?? 0)} done`}
      >
        <SegmentedControl
          aria-label="Show tasks"
          value={filter.view}
          onChange={(view) => change({ view })}
          data={TASK_VIEWS.map((value) => ({ value, label: VIEW_WORDS[value] }))}
        />
      </PageHead>
      <div className="body fixed">
        <div className={id === undefined ? 'activity fill' : 'activity fill open'}>
          <div className="column" style={{ gap: 12 }}>
            <div className="filters">
              <FilterInput
                value={filter.text}
                onChange={(text) => change({ text })}
                label="Filter tasks"
                placeholder="Filter"
                single={settings.singleKeyShortcuts}
              />
              <Select
                aria-label="Server"
                placeholder="All servers"
                clearable
                w={128}
                value={filter.server}
                onChange={(server) => change({ server })}
                data={named(tasks.map(({ server }) => server))}
              />
              <Select
                aria-label="Client"
                placeholder="All clients"
                clearable
                w={128}
                value={filter.client}
                onChange={(client) => change({ client })}
                data={named(tasks.map(({ client }) => client))}
              />
              <Select
                aria-label="Age"
                placeholder="Any age"
                clearable
                w={112}
                value={filter.age === null ? null : String(filter.age)}
                onChange={(age) => change({ age: age === null ? null : Number(age) })}
                data={AGES}
              />
            </div>
            <section className="card column grow" aria-label="Tasks">
              {tasks.length === 0 ? (
                <Empty text="No tasks. Calls that take long appear here by themselves." />
              ) : items.length === 0 ? (
                <Empty text={isFiltered ? 'Nothing matches.' : 'Nothing here now.'}>
                  <Button variant="default" onClick={() => setFilter({ ...ANY, view: 'all' })}>
                    Show all tasks
                  </Button>
                </Empty>
              ) : (
                <TaskList items={items} chosen={id} onChoose={open} onStep={step} />
              )}
            </section>
            <p className="sm t3 plainp">
              Portolan asks at the pace that each server sets, and never repeats a call by itself.
            </p>
          </div>
          {id !== undefined && <TaskPanel key={id} id={id} onClose={close} />}
        </div>
      </div>
    </>
  );
}

/** Each name once, sorted, with hidden characters shown. */
function named(names: readonly string[]): { value: string; label: string }[] {
  return [...new Set(names)]
    .toSorted((a, b) => a.localeCompare(b))
    .map((value) => ({ value, label: visibleString(cutMiddle(value, 40)) }));
}
