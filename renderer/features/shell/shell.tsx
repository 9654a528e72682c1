// The frame around every page: side bar, banners, page, palette, shortcuts. First run stands alone.
import { useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import type { Snapshot } from '../../../shared/model/system.ts';
import { SnapshotContext, useHostState } from '../../state/app-context.ts';
import { announce } from '../../state/announce.ts';
import { useKeys } from '../../state/keys.ts';
import { Palette } from '../palette/palette.tsx';
import { openPalette } from '../palette/open-palette.ts';
import { FirstRun } from '../first-run/first-run.tsx';
import { openStep } from '../first-run/setup-memory.ts';
import { QuestionNotice } from '../questions/question-notice.tsx';
import { TaskNotice } from '../tasks/task-notice.tsx';
import { taskGroup } from '../../words/tasks.ts';
import { Banners } from './banners.tsx';
import { cycleRegions } from './cycle-regions.ts';
import { Help } from './help.tsx';
import { NoHost } from './no-host.tsx';
import { Routes } from './routes.tsx';
import { Sidebar } from './sidebar.tsx';

export function Shell() {
  const host = useHostState();
  const snapshot = host.state === 'loading' ? undefined : host.snapshot;
  useEffect(() => {
    if (host.state === 'gone') announce('The Portolan host stopped');
  }, [host.state]);
  if (!snapshot) return <NoHost host={host} />;
  return (
    <SnapshotContext value={snapshot}>
      <Frame snapshot={snapshot} />
    </SnapshotContext>
  );
}

function Frame({ snapshot }: { readonly snapshot: Snapshot }) {
  const host = useHostState();
  const [location, navigate] = useLocation();
  const [help, setHelp] = useState(false);
  useKeys(
    {
      'mod+k': openPalette,
      'mod+1': () => navigate('/connections'),
      'mod+2': () => navigate('/servers'),
      'mod+3': () => navigate('/tasks'),
      'mod+4': () => navigate('/activity'),
      'mod+6': () => navigate('/identities'),
      a: () => answerFirst(snapshot, navigate),
      'mod+,': () => navigate('/settings'),
      'mod+n': () => navigate('/add'),
      'mod+i': () => navigate('/import'),
      '?': () => setHelp(true),
      F6: (event) => cycleRegions(event.shiftKey ? -1 : 1),
    },
    snapshot.settings.singleKeyShortcuts,
  );
  const waiting = snapshot.signIns.filter(({ state }) => state === 'waiting');
  const newest = waiting.at(-1);
  useEffect(() => {
    if (newest !== undefined) announce(`${newest.target} needs a sign-in`);
  }, [newest?.id]);
  const first = location === '/' && !snapshot.settings.firstRunDone && snapshot.servers.length === 0;
  useEffect(() => {
    if (location === '/') navigate(openStep() ?? (first ? '/first-run' : '/connections'), { replace: true });
  }, [location, first, navigate]);
  return (
    <>
      {location === '/first-run' || location.startsWith('/first-run/') ? (
        <FirstRun />
      ) : (
        <div className="shell">
          <Sidebar snapshot={snapshot} />
          <main className="main">
            <QuestionNotice questions={snapshot.questions} />
            <TaskNotice tasks={snapshot.tasks} />
            <Banners host={host} snapshot={snapshot} />
            <div className={host.state === 'gone' ? 'column grow stale' : 'column grow'}>
              <Routes />
            </div>
          </main>
        </div>
      )}
      <Palette onHelp={() => setHelp(true)} />
      <Help opened={help} onClose={() => setHelp(false)} />
    </>
  );
}

/** Opens the oldest question, or else the oldest task that asks; it never answers one. */
function answerFirst({ questions, tasks }: Snapshot, navigate: (to: string) => void): void {
  const [first] = questions;
  const task = tasks.findLast((one) => taskGroup(one) === 'needs');
  if (first) navigate(`/questions/${encodeURIComponent(first.id)}`);
  else if (task) navigate(`/tasks/${encodeURIComponent(task.id)}`);
}
