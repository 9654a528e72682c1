// A result as text or as JSON, with what is known about it. All of it is the server's: text nodes and judged images only.
import { SegmentedControl } from '@mantine/core';
import { type ReactNode, useMemo, useState } from 'react';
import { CopyButton } from '../../components/copy-button.tsx';
import { Foreign } from '../../components/foreign.tsx';
import { StateLine } from '../../components/state-line.tsx';
import { Visible } from '../../components/visible.tsx';
import { cutMiddle } from '../../text/cut.ts';
import { judgeImage } from './image-content.ts';

export interface ResultViewProps {
  readonly isError: boolean;
  /** Says beside the mark what this is. */
  readonly word: string;
  readonly result: unknown;
  readonly server: string;
  readonly about: ReactNode;
  /** Why it is not what the tool promised. */
  readonly problem?: string | undefined;
}

export function ResultView({ about, isError, problem, result, server, word }: ResultViewProps) {
  const [view, setView] = useState('text');
  const json = useMemo(() => JSON.stringify(result, null, 2) ?? 'null', [result]);
  return (
    <section className="result" aria-label="Result">
      <div className="resulthead">
        <StateLine state={{ mark: isError ? 'failed' : 'ready', word }} />
        <span className="t2 el">{about}</span>
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
      {problem !== undefined && (
        <div className="cardb t2">
          <Visible text={problem} />
        </div>
      )}
      <div className="resultbody" tabIndex={0} role="group" aria-label={`Text from ${server}, shown as received`}>
        {view === 'json' ? <Foreign text={json} code bare lines={60} max={200_000} /> : <Contents result={result} />}
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
  if (content['type'] === 'resource_link') return <Resource about={content} />;
  const resource = record(content['resource']);
  if (content['type'] === 'resource' && typeof resource['text'] === 'string') {
    return (
      <>
        <Resource about={resource} />
        <Foreign text={resource['text']} code bare lines={40} max={200_000} />
      </>
    );
  }
  return <Foreign text={JSON.stringify(content, null, 2)} code bare lines={12} />;
}

/** What a resource is called and where it is, as text: nothing here is opened. */
function Resource({ about }: { readonly about: Readonly<Record<string, unknown>> }) {
  const words = [about['name'], about['uri'], about['mimeType']].filter((word) => typeof word === 'string');
  return (
    <div className="cardb sm anywhere">
      <span className="t3">Resource </span>
      <span className="mono">
        <Visible text={cutMiddle(words.join('  '), 400)} />
      </span>
    </div>
  );
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
