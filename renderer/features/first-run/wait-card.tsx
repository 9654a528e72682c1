// One client whose file was written: what to do, whether it is back, and help when it stays away.
import { Button } from '@mantine/core';
import { Link } from 'wouter';
import { Mark } from '../../components/mark.tsx';
import { Monogram } from '../../components/monogram.tsx';
import { Visible } from '../../components/visible.tsx';
import { cutMiddle } from '../../text/cut.ts';
import type { Seen, Written } from './setup-memory.ts';

export interface WaitCardProps {
  readonly written: Written;
  readonly monogram: string;
  readonly seen: Seen | undefined;
  /** It should have been back by now. */
  readonly late: boolean;
}

export function WaitCard({ written, monogram, seen, late }: WaitCardProps) {
  const { displayName, reload, path, servers } = written;
  const [first] = servers;
  return (
    <li className="card cardb wait" data-client={written.client} data-state={seen ? 'connected' : 'waiting'}>
      <span className="none" aria-hidden>
        <Monogram letters={monogram} name="" large />
      </span>
      <div className="grow">
        <h2>{displayName}</h2>
        {seen ? (
          <div className="t2 anywhere">
            Connected to <b>{seen.server}</b> as <Visible text={cutMiddle(seen.name, 60)} />.
          </div>
        ) : (
          <div className="t2 anywhere">{reload}</div>
        )}
        <div className="mono t3 xs anywhere">{path}</div>
        {!seen && late && (
          <div className="row wrap sm" style={{ marginTop: 8 }} role="note">
            <Mark kind="degraded" size={14} />
            <span>{displayName} has not connected yet. Quit it fully, then start it again.</span>
            {first !== undefined && (
              <Button
                component={Link}
                href={`/servers/${encodeURIComponent(first)}`}
                variant="default"
                size="compact-sm"
              >
                Run checks
              </Button>
            )}
          </div>
        )}
      </div>
      <span className={seen ? 'st filled' : 'st'}>
        <Mark kind={seen ? 'ready' : 'starting'} size={18} />
        {seen ? 'Connected' : 'Waiting'}
      </span>
    </li>
  );
}
