// The one preview of a set: every file with its exact difference, what stops it, and writing all of it or nothing.
import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { FilePlan, SetPlan } from '../../../shared/model/client-sync.ts';
import { DiffView } from '../../components/diff-view.tsx';
import { Empty } from '../../components/empty.tsx';
import { Mark } from '../../components/mark.tsx';
import { Reason } from '../../components/reason.tsx';
import { Visible } from '../../components/visible.tsx';
import { useApp } from '../../state/app-context.ts';
import { toast, toastFault } from '../../state/toast.tsx';
import { cutMiddle } from '../../text/cut.ts';
import { faultOf, toFault } from '../../words/fault.ts';
import { counted } from '../../words/numbers.ts';

export interface SetReviewProps {
  readonly plan: SetPlan;
  /** Shows the preview anew. */
  readonly onAgain: () => void;
  readonly onBack: () => void;
  readonly onWritten: () => void;
}

export function SetReview({ plan, onAgain, onBack, onWritten }: SetReviewProps) {
  const { client } = useApp();
  const writing = useMutation({ mutationFn: () => client.clients.applySync({ planId: plan.planId, force: false }) });
  const blocked = plan.files.some(({ blockers }) => blockers.length > 0);
  const undo = (id: string): void => {
    client.clients.undo({ id, force: false }).then(
      () => {
        toast('All files are as they were before');
        onWritten();
      },
      (error: unknown) => toastFault(toFault(error)),
    );
  };
  const write = (): void => {
    writing.mutate(undefined, {
      onSuccess: ({ id, files }) => {
        const written = files.filter(({ changed }) => changed).length;
        const all = written === 1 ? 'Undo puts it back.' : 'Undo puts all of them back.';
        toast(
          `${counted(written, 'file')} written. ${all}`,
          id === undefined ? undefined : { label: 'Undo', run: () => undo(id) },
        );
        onWritten();
      },
    });
  };
  return (
    <>
      <div className="body">
        {writing.error && (
          <Reason fault={toFault(writing.error)} action={{ label: 'Show new preview', run: onAgain }} />
        )}
        {plan.files.map((file) => (
          <FileReview key={file.diff.path} file={file} onAgain={onAgain} />
        ))}
      </div>
      <footer className="foot">
        <span className="t2 el">
          {plan.changed === 0
            ? 'Nothing to write: the files are already right.'
            : `${counted(plan.changed, 'file changes', 'files change')}. Each is copied first; all are written or none.`}
        </span>
        <span className="row end none">
          <Button variant="default" onClick={onBack}>
            Back
          </Button>
          <Button disabled={plan.changed === 0 || blocked} loading={writing.isPending} onClick={write}>
            Write {counted(plan.changed, 'file')}
          </Button>
        </span>
      </footer>
    </>
  );
}

function FileReview({ file, onAgain }: { readonly file: FilePlan; readonly onAgain: () => void }) {
  const { diff, servers, blockers } = file;
  const added = diff.lines.filter(({ kind }) => kind === 'add').length;
  const removed = diff.lines.filter(({ kind }) => kind === 'del').length;
  return (
    <section className="card" aria-label={`Change of ${diff.path}`}>
      <div className="cardh" style={{ minHeight: 42 }}>
        <h2 className="mono el" title={diff.path}>
          {cutMiddle(diff.path, 64)}
        </h2>
        {!diff.exists && <span className="chip">New file</span>}
        <span className="r">
          <span style={{ color: 'var(--add-text)' }}>+{added} added</span>
          <span style={{ color: 'var(--del-text)' }}>−{removed} removed</span>
        </span>
      </div>
      {blockers.map((blocker) => (
        <div className="cardb" key={blocker.code}>
          <Reason
            tone="warn"
            fault={{ ...faultOf(blocker), cause: blocker.message }}
            action={{
              label: blocker.code === 'CLIENT_RUNNING' ? 'I have quit it, check again' : 'Check again',
              run: onAgain,
            }}
          />
        </div>
      ))}
      {servers
        .filter(({ action }) => action === 'refuse')
        .map(({ name, reason = '' }) => (
          <div className="need" key={name}>
            <Mark kind="blocked" size={14} label="Left out" />
            <span className="anywhere">
              <b>{name}</b> is left out.{' '}
              <span className="t2">
                <Visible text={reason} />
              </span>
            </span>
          </div>
        ))}
      {diff.changed ? (
        <DiffView lines={diff.lines} label={`Difference of ${diff.path}`} />
      ) : (
        blockers.length === 0 && <Empty text="The file already says exactly this." />
      )}
    </section>
  );
}
