// Verifies the whole log in place: progress, stopping, and the verdict in words.
import { Button } from '@mantine/core';
import { Mark } from '../../components/mark.tsx';
import type { AuditState } from '../../../shared/model/system.ts';
import { useNow } from '../../state/use-now.ts';
import { count } from '../../words/numbers.ts';
import { ago, exact } from '../../words/time.ts';
import type { Verify } from './use-verify.ts';

export function VerifyControl({ audit, verify }: { readonly audit: AuditState; readonly verify: Verify }) {
  const now = useNow();
  if (verify.state === 'running') {
    return (
      <>
        <span className="sm t2" role="status">
          Verified {count(verify.verified)} of {count(verify.total)}
        </span>
        <Button variant="default" onClick={verify.stop}>
          Stop
        </Button>
      </>
    );
  }
  const verdict = audit.lastVerdict;
  return (
    <>
      {verdict && (
        <span className="row sm t2 hide-narrow" title={exact(verdict.at)}>
          <Mark kind={verdict.ok ? 'proof' : 'failed'} size={16} />
          <span>
            <b className={verdict.ok ? '' : 'mark-failed'}>{verdict.ok ? 'Log verified' : 'Log broken'}</b>{' '}
            {verdict.ok
              ? `to record ${count(verdict.verified)}, ${ago(verdict.at, now)}${verdict.keptHead === 'unavailable' ? ', without the keychain’s memory of its end' : ''}`
              : `at record ${count(verdict.fault?.seq ?? verdict.verified + 1)}`}
          </span>
        </span>
      )}
      <Button variant="default" onClick={verify.run}>
        Verify now
      </Button>
    </>
  );
}
