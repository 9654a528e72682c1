// The right side of an export: the file's path, what happens to each server, and the exact difference.
import type { ExportPlan } from '../../../shared/model/import-result.ts';
import { DiffView } from '../../components/diff-view.tsx';
import { Empty } from '../../components/empty.tsx';
import { Mark } from '../../components/mark.tsx';
import { Visible } from '../../components/visible.tsx';
import { cutMiddle } from '../../text/cut.ts';

export function ExportDiff({ plan }: { readonly plan: ExportPlan }) {
  const added = plan.diff.lines.filter((line) => line.kind === 'add').length;
  const removed = plan.diff.lines.filter((line) => line.kind === 'del').length;
  const refused = plan.servers.filter((server) => server.action === 'refuse');
  const losing = plan.servers.filter(({ losses }) => losses !== undefined);
  return (
    <>
      <div className="cardh" style={{ minHeight: 42 }}>
        <h2 className="mono" title={plan.diff.path}>
          {cutMiddle(plan.diff.path, 64)}
        </h2>
        {!plan.diff.exists && <span className="chip">New file</span>}
        <span className="r">
          <span style={{ color: 'var(--add-text)' }}>+{added} added</span>
          <span style={{ color: 'var(--del-text)' }}>−{removed} removed</span>
        </span>
      </div>
      {refused.map((server) => (
        <div className="need" key={server.name}>
          <Mark kind="blocked" size={14} label="Left out" />
          <span className="anywhere">
            <b>{server.name}</b> is left out.{' '}
            <span className="t2">
              <Visible text={server.reason ?? ''} />
            </span>
          </span>
        </div>
      ))}
      {losing.map(({ name, losses = [] }) => (
        <div className="need" key={name}>
          <Mark kind="degraded" size={14} label="Not all of it" />
          <div className="anywhere">
            <b>{name}</b> loses:
            <ul className="plain t2">
              {losses.map(({ field, reason }) => (
                <li key={field}>
                  <span className="mono">{field}</span>: {reason}
                </li>
              ))}
            </ul>
          </div>
        </div>
      ))}
      {plan.diff.changed ? (
        <DiffView lines={plan.diff.lines} label={`Difference of ${plan.diff.path}`} />
      ) : (
        <Empty text="The file already says exactly this." />
      )}
    </>
  );
}
