// What a call came to: state, time, size, record, and the result; or the task that it became.
import { Button, Loader, Progress } from '@mantine/core';
import { Link } from 'wouter';
import { Reason } from '../../components/reason.tsx';
import { StateLine } from '../../components/state-line.tsx';
import { Visible } from '../../components/visible.tsx';
import { cutEnd } from '../../text/cut.ts';
import { bytes, count, took } from '../../words/numbers.ts';
import { ResultView } from './result-view.tsx';
import type { Call, CallDone } from './use-call.ts';

export function CallResult({ call, server }: { readonly call: Call; readonly server: string }) {
  const { state } = call;
  switch (state.state) {
    case 'idle':
      return null;
    case 'running': {
      const { progress } = state;
      const share = progress?.total ? Math.min(100, (progress.progress / progress.total) * 100) : undefined;
      return (
        <div className="result" aria-busy="true">
          <div className="resulthead">
            <Loader size={13} />
            <StateLine state={{ mark: 'running', word: 'Running' }} />
            {progress && (
              <span className="t2 el">
                {progress.total === undefined
                  ? count(progress.progress)
                  : `${count(progress.progress)} of ${count(progress.total)}`}
                {progress.message !== undefined && (
                  <span className="mono">
                    {' “'}
                    <Visible text={cutEnd(progress.message, 80)} />”
                  </span>
                )}
              </span>
            )}
            <Button className="end" variant="default" size="compact-sm" onClick={call.cancel}>
              Cancel call
            </Button>
          </div>
          {share !== undefined && <Progress value={share} size={4} radius={0} aria-label="Progress of the call" />}
        </div>
      );
    }
    case 'cancelled':
      return (
        <div className="result">
          <div className="resulthead">
            <StateLine state={{ mark: 'stopped', word: 'Cancelled' }} />
            <span className="t2">The server was told. What it had already done stays done.</span>
          </div>
        </div>
      );
    case 'task':
      return (
        <div className="result">
          <div className="resulthead">
            <StateLine state={{ mark: 'running', word: 'Task started' }} />
            <span className="t2">It goes on without this page.</span>
            <Button
              className="end"
              component={Link}
              href={`/tasks/${encodeURIComponent(state.id)}`}
              variant="default"
              size="compact-sm"
            >
              Open task
            </Button>
          </div>
        </div>
      );
    case 'failed':
      return <Reason fault={state.fault} tone={state.fault.code === 'POLICY_DENIED' ? 'policy' : 'error'} />;
    default:
      return <Done done={state.done} server={server} />;
  }
}

function Done({ done, server }: { readonly done: CallDone; readonly server: string }) {
  return (
    <ResultView
      isError={done.isError}
      word={done.isError ? 'Error from the tool' : 'Done'}
      result={done.result}
      server={server}
      problem={done.problem}
      about={
        <>
          {took(done.tookMs)} · {bytes(done.bytes)}
          {done.record !== undefined && (
            <>
              {' · '}
              <Link className="underlined" href={`/activity/${encodeURIComponent(done.record)}`}>
                record
              </Link>
            </>
          )}
        </>
      }
    />
  );
}
