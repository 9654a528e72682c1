// One record in full: why, the facts, the payload if it was kept, what was proven, and what belongs to it.
import { ActionIcon, SegmentedControl } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import type { AuditDetail } from '../../../shared/model/audit-record.ts';
import { CopyButton } from '../../components/copy-button.tsx';
import { DataList } from '../../components/data-list.tsx';
import { Foreign } from '../../components/foreign.tsx';
import { Mark } from '../../components/mark.tsx';
import { ProofBox } from '../../components/proof-box.tsx';
import { Reason } from '../../components/reason.tsx';
import { SkeletonRows } from '../../components/skeleton-rows.tsx';
import { Visible } from '../../components/visible.tsx';
import { useApp } from '../../state/app-context.ts';
import { cutEnd } from '../../text/cut.ts';
import { KIND_WORDS } from '../../words/kinds.ts';
import { faultOf, toFault } from '../../words/fault.ts';
import { count, took } from '../../words/numbers.ts';
import { recordWord } from '../../words/states.ts';
import { clockTime, exact } from '../../words/time.ts';
import { recordFacts } from './record-facts.ts';

export function RecordPanel({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const { queries } = useApp();
  const detail = useQuery(queries.audit.get.queryOptions({ input: { id } }));
  const summary = detail.data?.summary;
  return (
    <section className="card panel" aria-label={summary ? `Record ${count(summary.seq)}` : 'Record'}>
      <div className="cardh">
        {summary && <Mark kind={recordWord(summary).mark} size={16} />}
        <h2 style={{ fontSize: 13.5 }}>{summary ? recordWord(summary).word : 'Record'}</h2>
        {summary && (
          <span className="t3 el" style={{ fontWeight: 400 }}>
            record {count(summary.seq)}
          </span>
        )}
        <span className="r">
          {summary && <CopyButton text={summary.id} label="Copy id of the record" />}
          <ActionIcon variant="subtle" color="gray" size={26} aria-label="Close record" onClick={onClose}>
            <IconX size={16} />
          </ActionIcon>
        </span>
      </div>
      {detail.error ? (
        <div className="panelbody">
          <Reason fault={toFault(detail.error)} />
        </div>
      ) : detail.data ? (
        <Body detail={detail.data} />
      ) : (
        <SkeletonRows rows={8} height={24} />
      )}
    </section>
  );
}

function Body({ detail }: { readonly detail: AuditDetail }) {
  const [view, setView] = useState('facts');
  const { summary } = detail;
  const { reason, payload, rest } = recordFacts(detail.fields);
  return (
    <div className="panelbody" tabIndex={0} role="group" aria-label="Details">
      {reason && (
        <Reason
          fault={{ ...faultOf(reason), cause: reason.message }}
          tone={summary.outcome === 'denied' ? 'policy' : summary.outcome === 'unknown' ? 'warn' : 'error'}
        />
      )}
      <DataList
        facts={[
          { term: 'When', value: exact(summary.at) },
          { term: 'Kind', value: KIND_WORDS[summary.kind] },
          { term: 'Client', value: <Visible text={summary.client ?? 'Portolan'} /> },
          ...(summary.server === undefined
            ? []
            : [{ term: 'Server', value: <span className="mono">{summary.server}</span> }]),
          {
            term: 'What',
            value: (
              <span className="mono">
                <Visible text={cutEnd(summary.what, 2000)} />
              </span>
            ),
          },
          ...(summary.tookMs === undefined ? [] : [{ term: 'Took', value: took(summary.tookMs) }]),
        ]}
      />
      <div className="stack" style={{ gap: 6 }}>
        <div className="row">
          <span className="b sm">{payload === undefined ? 'Stored fields' : 'Payload'}</span>
          <span className="end">
            <SegmentedControl
              aria-label="Show record as"
              value={view}
              onChange={setView}
              data={[
                { value: 'facts', label: payload === undefined ? 'Fields' : 'Payload' },
                { value: 'raw', label: 'Raw record' },
              ]}
            />
          </span>
        </div>
        {view === 'raw' ? (
          <Foreign text={detail.canonical} code lines={30} />
        ) : payload === undefined ? (
          <DataList
            facts={rest.map(([term, value]) => ({
              term,
              value: (
                <span className="mono xs">
                  <Visible text={cutEnd(value, 2000)} />
                </span>
              ),
            }))}
          />
        ) : (
          <Foreign text={payload} from={summary.client ?? summary.server ?? 'the record'} code lines={30} />
        )}
      </div>
      <ProofBox
        lines={[
          {
            ok: detail.hashOk,
            text: detail.hashOk ? 'Its text gives the stored hash' : 'Its text does not give the stored hash',
            hash: detail.hash,
          },
          {
            ok: detail.chainOk,
            text: summary.seq === 1 ? 'First record of the log' : `Follows record ${count(summary.seq - 1)}`,
            hash: detail.previousHash,
          },
        ]}
      />
      {detail.related.length > 0 && (
        <div className="related">
          <div className="b sm">Related</div>
          {detail.related.map((other) => (
            <Link href={`/activity/${encodeURIComponent(other.id)}`} key={other.id}>
              <Mark kind={recordWord(other).mark} size={12} label={recordWord(other).word} />
              <span className="t3">{count(other.seq)}</span>
              <span className="el">
                {KIND_WORDS[other.kind]}{' '}
                <span className="mono">
                  <Visible text={cutEnd(other.what, 120)} />
                </span>
              </span>
              <span className="t3">{clockTime(other.at)}</span>
            </Link>
          ))}
        </div>
      )}
    </div>
  );
}
