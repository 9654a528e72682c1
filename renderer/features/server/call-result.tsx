// What a call came to: state, time, size, record, and the result as text or as JSON.
import { Button, Loader, Progress, SegmentedControl } from '@mantine/core';
import { useMemo, useState } from 'react';
import { Link } from 'wouter';
import { CopyButton } from '../../components/copy-button.tsx';
import { Foreign } from '../../components/foreign.tsx';
import { Reason } from '../../components/reason.tsx';
import { StateLine } from '../../components/state-line.tsx';
import { Visible } from '../../components/visible.tsx';
import { cutEnd } from '../../text/cut.ts';
import { bytes, count, took } from '../../words/numbers.ts';
import { judgeImage } from './image-content.ts';
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
    case 'failed':
      return <Reason fault={state.fault} tone={state.fault.code === 'POLICY_DENIED' ? 'policy' : 'error'} />;
    default:
      return <Done done={state.done} server={server} />;
  }
}

function Done({ done, server }: { readonly done: CallDone; readonly server: string }) {
  const [view, setView] = useState('text');
  const json = useMemo(() => JSON.stringify(done.result, null, 2) ?? 'null', [done]);
  const word = done.isError
    ? { mark: 'failed' as const, word: 'Error from the tool' }
    : { mark: 'ready' as const, word: 'Done' };
  return (
    <section className="result" aria-label="Result">
      <div className="resulthead">
        <StateLine state={word} />
        <span className="t2 el">
          {took(done.tookMs)} · {bytes(done.bytes)}
          {done.record !== undefined && (
            <>
              {' · '}
              <Link className="underlined" href={`/activity/${encodeURIComponent(done.record)}`}>
                record
              </Link>
            </>
          )}
        </span>
        <span className="row end none">
          <SegmentedControl
            aria-label="Show result as"
            value={view}
            onChange={setView}
            data={[
              { value: 'text', label: 'Text' },
              { value: 'json', label: 'JSON' },
            ]}
          />
          <CopyButton text={json} label="Copy result" />
        </span>
      </div>
      {done.problem !== undefined && (
        <div className="cardb t2">
          <Visible text={done.problem} />
        </div>
      )}
      <div className="resultbody" tabIndex={0} role="group" aria-label={`Text from ${server}, shown as received`}>
        {view === 'json' ? (
          <Foreign text={json} code bare lines={60} max={200_000} />
        ) : (
          <Contents result={done.result} />
        )}
      </div>
    </section>
  );
}

function Contents({ result }: { readonly result: unknown }) {
  const held = record(result);
  const contents = Array.isArray(held['content']) ? held['content'].map(record) : [];
  if (contents.length === 0)
    return <Foreign text={JSON.stringify(held['structuredContent'] ?? result, null, 2)} code bare lines={60} />;
  return contents.map((content, index) => <Content key={index} content={content} />);
}

function Content({ content }: { readonly content: Readonly<Record<string, unknown>> }) {
  if (content['type'] === 'text') return <Foreign text={String(content['text'])} code bare lines={40} max={200_000} />;
  if (content['type'] === 'image') {
    const image = judgeImage(content['mimeType'], content['data']);
    if (image.kind === 'refuse') return <div className="cardb t2">{image.why}</div>;
    return (
      <img
        src={image.src}
        width={image.width}
        height={image.height}
        alt={`From the server, ${image.width} by ${image.height} pixels`}
      />
    );
  }
  return <Foreign text={JSON.stringify(content, null, 2)} code bare lines={12} />;
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
