// Always in sight: whether the host runs, whether the log was verified, and which host this is.
import type { Snapshot } from '../../../shared/model/system.ts';
import { Mark } from '../../components/mark.tsx';
import { useApp, useHostState } from '../../state/app-context.ts';
import { useNow } from '../../state/use-now.ts';
import type { MarkKind } from '../../words/states.ts';
import { ago, lasting } from '../../words/time.ts';

export function SideFoot({ snapshot }: { readonly snapshot: Snapshot }) {
  const host = useHostState();
  const { bridge } = useApp();
  const now = useNow();
  const gone = host.state === 'gone';
  const hostLine: Line = gone
    ? { mark: 'offline', text: 'Host stopped', rest: '' }
    : snapshot.host.draining
      ? { mark: 'starting', text: 'Host stopping', rest: '' }
      : { mark: 'ready', text: 'Host running', rest: lasting(snapshot.host.startedAt, now) };
  const logLine = logState(snapshot, now);
  return (
    <footer className="sidefoot">
      <FootLine line={hostLine} />
      <FootLine line={logLine} />
      <div className="who">
        <span className="mg" aria-hidden>
          {bridge.kind === 'electron' ? 'PC' : 'W'}
        </span>
        <span className="el" style={{ lineHeight: '14px' }}>
          <b className="block">{bridge.kind === 'electron' ? 'This computer' : 'Browser tab'}</b>
          <span className="t3 xs">
            {bridge.kind === 'electron' ? `Portolan ${snapshot.host.version}` : bridge.where}
          </span>
        </span>
      </div>
    </footer>
  );
}

interface Line {
  readonly mark: MarkKind;
  readonly text: string;
  readonly rest: string;
}

function logState(snapshot: Snapshot, now: number): Line {
  const { audit } = snapshot;
  if (!audit.writable) return { mark: 'failed', text: 'Log not writable', rest: '' };
  const verdict = audit.lastVerdict;
  if (!verdict) return { mark: 'idle', text: 'Log not verified yet', rest: '' };
  if (!verdict.ok) return { mark: 'failed', text: 'Log broken', rest: ago(verdict.at, now) };
  return { mark: 'proof', text: 'Log verified', rest: ago(verdict.at, now) };
}

function FootLine({ line }: { readonly line: Line }) {
  return (
    <div title={line.text}>
      <Mark kind={line.mark} size={13} />
      <span className="word el">
        {line.text}
        {line.rest !== '' && <span className="t3"> · {line.rest}</span>}
      </span>
    </div>
  );
}
