// States of the whole window, worst first: host gone, audit not writable, broken catalog, no keychain.
import { Button } from '@mantine/core';
import type { Snapshot } from '../../../shared/model/system.ts';
import { CopyButton } from '../../components/copy-button.tsx';
import { Mark } from '../../components/mark.tsx';
import { Visible } from '../../components/visible.tsx';
import { useApp } from '../../state/app-context.ts';
import type { HostState } from '../../state/host-store.ts';
import { toastFault } from '../../state/toast.tsx';
import { WaitingLink } from '../review/waiting-link.tsx';
import { OPEN_AGAIN } from '../../words/errors.ts';
import { faultOf, sentence, toFault } from '../../words/fault.ts';
import { clockTime } from '../../words/time.ts';

export function Banners({ host, snapshot }: { readonly host: HostState; readonly snapshot: Snapshot }) {
  return (
    <>
      {host.state === 'gone' && <HostGone host={host} />}
      {!snapshot.audit.writable && <AuditNotWritable snapshot={snapshot} />}
      {snapshot.catalog.problem && <BrokenCatalog snapshot={snapshot} />}
      {(snapshot.vault.state === 'no-service' || snapshot.vault.state === 'no-bus') && (
        <NoKeychain snapshot={snapshot} />
      )}
      {host.state !== 'gone' && <WaitingLink />}
    </>
  );
}

function HostGone({ host }: { readonly host: Extract<HostState, { state: 'gone' }> }) {
  const { bridge, store } = useApp();
  const start = async (): Promise<void> => {
    try {
      await bridge.powers.startHost?.();
    } catch (error) {
      toastFault(toFault(error));
    }
    store.retry();
  };
  return (
    <div className="banner" role="alert">
      <Mark kind="offline" size={16} />
      <span className="grow">
        <span className="codeword mark-degraded">{host.fault.code}</span> {host.fault.cause}{' '}
        <span className="t2">
          {bridge.powers.startHost ? '' : `${OPEN_AGAIN} `}Shown as of {clockTime(host.asOf).slice(0, 5)}.
        </span>
      </span>
      <Button variant="default" size="compact-sm" onClick={() => void start()}>
        {bridge.powers.startHost ? 'Start host' : 'Try again'}
      </Button>
    </div>
  );
}

function AuditNotWritable({ snapshot }: { readonly snapshot: Snapshot }) {
  const fault = faultOf(
    snapshot.audit.reason ?? { code: 'AUDIT_NOT_WRITABLE', message: 'The audit log cannot be written' },
  );
  return (
    <div className="banner red" role="alert">
      <Mark kind="failed" size={16} />
      <span className="grow">
        <span className="codeword mark-failed">{fault.code}</span> {fault.cause}{' '}
        <span className="t2">{fault.hint}</span>
      </span>
      <PathAction path={snapshot.host.dataDir} open="Open log folder" copy="Copy path of the log folder" />
    </div>
  );
}

function BrokenCatalog({ snapshot }: { readonly snapshot: Snapshot }) {
  const problem = snapshot.catalog.problem;
  if (!problem) return null;
  const place =
    problem.line === undefined
      ? ''
      : ` line ${problem.line}${problem.column === undefined ? '' : `, column ${problem.column}`}`;
  return (
    <div className="banner" role="status">
      <Mark kind="degraded" size={16} />
      <span className="grow anywhere">
        <span className="codeword mark-degraded">{problem.code}</span> catalog.json{place}:{' '}
        <Visible text={sentence(problem.message)} />{' '}
        <span className="t2">The last good version is in use; your file was not touched.</span>
      </span>
      <PathAction path={snapshot.catalog.path} open="Open file" copy="Copy path of the catalog" />
    </div>
  );
}

function NoKeychain({ snapshot }: { readonly snapshot: Snapshot }) {
  const code = snapshot.vault.state === 'no-bus' ? 'KEYCHAIN_NO_BUS' : 'KEYCHAIN_MISSING';
  const fault = faultOf({ code, message: 'The keychain cannot be used' });
  return (
    <div className="banner" role="status">
      <Mark kind="degraded" size={16} />
      <span className="grow">
        <span className="codeword mark-degraded">{fault.code}</span> {fault.cause}{' '}
        <span className="t2">{fault.hint}</span>
      </span>
      <Button component="a" href="#/settings" variant="default" size="compact-sm">
        Show keychain
      </Button>
    </div>
  );
}

function PathAction({ path, open, copy }: { readonly path: string; readonly open: string; readonly copy: string }) {
  const { openPath } = useApp().bridge.powers;
  if (!openPath) {
    return (
      <span className="row none">
        <span className="mono xs hide-narrow">{path}</span>
        <CopyButton text={path} label={copy} />
      </span>
    );
  }
  return (
    <Button
      variant="default"
      size="compact-sm"
      onClick={() => void openPath(path).catch((error: unknown) => toastFault(toFault(error)))}
    >
      {open}
    </Button>
  );
}
