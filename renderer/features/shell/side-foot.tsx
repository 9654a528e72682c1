// Always in sight: whether the host runs, whether the log was verified, and who is signed in for how long.
import type { Snapshot } from '../../../shared/model/system.ts';
import { Mark } from '../../components/mark.tsx';
import { useApp, useHostState } from '../../state/app-context.ts';
import { useNow } from '../../state/use-now.ts';
import { monogramOf } from '../connections/cell-words.ts';
import type { MarkKind } from '../../words/states.ts';
import { cutMiddle } from '../../text/cut.ts';
import { visibleString } from '../../text/visible-tokens.ts';
import { identityTitle, isSignedIn, leftUntil, personName } from '../../words/sign-ins.ts';
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
  const here = bridge.kind === 'electron';
  const who = whoIs(snapshot, now) ?? {
    letters: here ? 'PC' : 'W',
    name: here ? 'This computer' : 'Browser tab',
    rest: here ? `Portolan ${snapshot.host.version}` : bridge.where,
  };
  return (
    <footer className="sidefoot">
      <FootLine line={hostLine} />
      <FootLine line={logLine} />
      <div className="who">
        <span className="mg" aria-hidden>
          {who.letters}
        </span>
        <span className="el" style={{ lineHeight: '14px' }}>
          <b className="block el">{who.name}</b>
          <span className="t3 xs">{who.rest}</span>
        </span>
      </div>
    </footer>
  );
}

interface Who {
  readonly letters: string;
  readonly name: string;
  readonly rest: string;
}

/** Who is signed in and for how long: the identity that ends first. Undefined where there is no identity. */
function whoIs({ identities }: Snapshot, now: number): Who | undefined {
  if (identities.length === 0) return undefined;
  const [first] = identities.filter(isSignedIn).toSorted((a, b) => (a.endsAt ?? '~').localeCompare(b.endsAt ?? '~'));
  if (first === undefined)
    return { letters: '–', name: 'Not signed in', rest: identities.map(identityTitle).join(', ') };
  const name = visibleString(cutMiddle(first.person?.name ?? personName(first) ?? 'Signed in', 40));
  const left = leftUntil(first.endsAt, now);
  const rest = `${identityTitle(first)}${left === undefined ? '' : ` · ${left} left`}`;
  return { letters: monogramOf(name), name, rest };
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
