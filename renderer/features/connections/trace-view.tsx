// The messages of a session as a list beside the masked text of the chosen one.
import { IconArrowLeft, IconArrowRight } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import type { TraceFrame } from '../../../shared/model/connection.ts';
import { CopyButton } from '../../components/copy-button.tsx';
import { Empty } from '../../components/empty.tsx';
import { Visible } from '../../components/visible.tsx';
import { useKeys } from '../../state/keys.ts';
import { cutMiddle } from '../../text/cut.ts';
import { bytes, counted } from '../../words/numbers.ts';
import { clockTime, exact } from '../../words/time.ts';

export interface TraceViewProps {
  readonly frames: readonly TraceFrame[];
  readonly server: string;
  readonly single: boolean;
}

export function TraceView({ frames, server, single }: TraceViewProps) {
  const [chosen, setChosen] = useState<number>();
  const list = useRef<HTMLDivElement>(null);
  const newest = [...frames].reverse();
  const frame = frames.find(({ seq }) => seq === chosen) ?? newest[0];
  const step = (by: number) => (): void => {
    const at = newest.findIndex(({ seq }) => seq === frame?.seq);
    const next = newest[Math.max(0, Math.min(newest.length - 1, at + by))];
    setChosen(next?.seq);
    requestAnimationFrame(() => list.current?.querySelector<HTMLElement>('[aria-selected="true"]')?.focus());
  };
  useKeys({ j: step(1), k: step(-1), ArrowDown: step(1), ArrowUp: step(-1) }, single);
  if (frame === undefined) {
    return (
      <section className="card" aria-label="Messages">
        <Empty text="No message is kept. They appear here as the client and the server speak." />
      </section>
    );
  }
  return (
    <div className="split trace fill">
      <section className="card column" aria-label="Messages">
        <div className="cardh">
          <h2>Messages</h2>
          <span className="r">{counted(frames.length, 'message')}, newest first</span>
        </div>
        <div className="scroll" role="listbox" aria-label="Messages" ref={list}>
          {newest.map((one) => {
            const selected = one.seq === frame.seq;
            return (
              <div
                className="frame"
                role="option"
                key={one.seq}
                aria-selected={selected}
                tabIndex={selected ? 0 : -1}
                onClick={() => setChosen(one.seq)}
              >
                <time className="t3 mono" dateTime={one.at} title={exact(one.at)}>
                  {clockTime(one.at)}
                </time>
                <Way direction={one.direction} />
                <span className="el">
                  <Name frame={one} />
                  {one.id !== undefined && <span className="t3 mono"> {cutMiddle(one.id, 20)}</span>}
                </span>
                <span className="num t2 sm">{bytes(one.bytes)}</span>
              </div>
            );
          })}
        </div>
      </section>
      <section className="card column" aria-label="Message">
        <div className="cardh">
          <h2>
            <Name frame={frame} />
          </h2>
          <span className="r">
            <span className="hide-narrow">Payloads are masked: names and types only</span>
            {frame.text !== '' && <CopyButton text={frame.text} label="Copy masked message" />}
          </span>
        </div>
        {frame.text === '' ? (
          <Empty text={`The text of this message is not held: ${bytes(frame.bytes)} is long, or it is too old.`} />
        ) : (
          <div className="scroll foreign bare" tabIndex={0} role="group" aria-label={`Masked message, of ${server}`}>
            <pre className="json mono">
              <Visible text={frame.text} />
            </pre>
          </div>
        )}
      </section>
    </div>
  );
}

function Way({ direction }: { readonly direction: TraceFrame['direction'] }) {
  const out = direction === 'from-client';
  const Icon = out ? IconArrowRight : IconArrowLeft;
  return (
    <span className={out ? 'way' : 'way t2'}>
      <Icon size={14} aria-hidden />
      <span className="sr">{out ? 'from the client:' : 'to the client:'}</span>
    </span>
  );
}

function Name({ frame }: { readonly frame: TraceFrame }) {
  if (frame.method === undefined) return <span>Answer</span>;
  return (
    <span className="mono">
      <Visible text={cutMiddle(frame.method, 64)} />
    </span>
  );
}
