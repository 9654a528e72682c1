// What a profile offers right now: the state of its members, and the tools whose names were changed.
import { useQuery } from '@tanstack/react-query';
import { Card } from '../../components/card.tsx';
import { Reason } from '../../components/reason.tsx';
import { SkeletonRows } from '../../components/skeleton-rows.tsx';
import { StateLine } from '../../components/state-line.tsx';
import { Visible } from '../../components/visible.tsx';
import { useApp } from '../../state/app-context.ts';
import { cutMiddle } from '../../text/cut.ts';
import { faultOf, toFault } from '../../words/fault.ts';
import { counted } from '../../words/numbers.ts';
import type { StateWord } from '../../words/states.ts';

const WORDS: Readonly<Record<'ready' | 'pending' | 'missing', StateWord>> = {
  ready: { mark: 'ready', word: 'Ready' },
  pending: { mark: 'starting', word: 'Starting' },
  missing: { mark: 'degraded', word: 'Missing' },
};

export function ProfileNames({ name }: { readonly name: string }) {
  const { queries } = useApp();
  const status = useQuery(queries.profiles.status.queryOptions({ input: { name } }));
  if (status.isPending) return <SkeletonRows rows={3} height={36} />;
  if (status.error)
    return <Reason fault={toFault(status.error)} action={{ label: 'Try again', run: () => void status.refetch() }} />;
  const { members, renamed, sessions } = status.data;
  return (
    <Card title="Offered now" right={`${counted(sessions, 'session')} live`}>
      <ul className="plain lines">
        {members.map((member) => (
          <li key={member.server}>
            <span className="grow el">
              <b>{member.server}</b>{' '}
              {member.reason && (
                <span className="t2 sm">
                  <span className="codeword">{member.reason.code}</span> {faultOf(member.reason).cause}
                </span>
              )}
            </span>
            <span className="t2 sm">{member.tools === undefined ? '' : counted(member.tools, 'tool')}</span>
            <StateLine state={WORDS[member.state]} size={13} quiet />
          </li>
        ))}
      </ul>
      <div className="cardb topline">
        <div className="t2 sm">
          {renamed.length === 0
            ? 'Every tool is offered as server__tool.'
            : `${counted(renamed.length, 'tool')} offered under another name than server__tool, to stay short and unique:`}
        </div>
        {renamed.map(({ server, tool, as }) => (
          <div className="mono anywhere" key={as}>
            <Visible text={cutMiddle(`${server}__${tool}`, 90)} /> <span className="t3">→</span>{' '}
            <b>
              <Visible text={as} />
            </b>
          </div>
        ))}
      </div>
    </Card>
  );
}
