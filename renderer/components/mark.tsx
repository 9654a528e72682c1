// The marks of every state: distinct silhouettes that stay distinct without colour and at 12 px.
import type { ReactNode } from 'react';
import type { MarkKind } from '../words/states.ts';

const SHIELD = 'M8 .9l6 2.2v4.4c0 3.7-2.5 6.4-6 7.6-3.5-1.2-6-3.9-6-7.6V3.1z';

const SHAPES: Readonly<Record<MarkKind, ReactNode>> = {
  ready: (
    <>
      <circle cx="8" cy="8" r="7" fill="currentColor" />
      <path className="inkline" d="M4.8 8.2l2.2 2.2 4.2-4.6" strokeWidth="1.8" />
    </>
  ),
  starting: <circle className="line spin" cx="8" cy="8" r="6" strokeWidth="2" strokeDasharray="22 20" />,
  running: (
    <>
      <circle className="line" cx="8" cy="8" r="6" strokeWidth="2" />
      <path d="M8 2a6 6 0 0 1 0 12z" fill="currentColor" />
    </>
  ),
  stopped: <circle className="line" cx="8" cy="8" r="6" strokeWidth="1.8" />,
  idle: <circle className="line" cx="8" cy="8" r="4.2" strokeWidth="1.8" />,
  'sign-in': (
    <>
      <path d="M8 .8L15.2 8 8 15.2.8 8z" fill="currentColor" />
      <circle className="ink" cx="8" cy="6.6" r="1.9" />
      <path className="inkline" d="M8 7v4.4" strokeWidth="1.7" />
    </>
  ),
  input: (
    <>
      <path d="M2 2h12v9H8l-3.5 3.4V11H2z" fill="currentColor" />
      <path className="inkline" d="M5 6.5h6" strokeWidth="1.7" />
    </>
  ),
  proof: (
    <>
      <path
        className="line"
        d="M8 1.4l5.6 2v4.1c0 3.4-2.3 5.9-5.6 7-3.3-1.1-5.6-3.6-5.6-7V3.4z"
        strokeWidth="1.5"
        strokeLinejoin="round"
      />
      <path className="line" d="M5.4 8l1.9 1.9 3.4-3.7" strokeWidth="1.6" strokeLinecap="round" />
    </>
  ),
  approve: (
    <>
      <path d={SHIELD} fill="currentColor" />
      <path className="inkline" d="M8 4.4v4.4" strokeWidth="1.8" />
      <circle className="ink" cx="8" cy="11.2" r="1.05" />
    </>
  ),
  degraded: (
    <>
      <path d="M8 1.2L15.4 14.4H.6z" fill="currentColor" />
      <path className="inkline" d="M8 6v4" strokeWidth="1.8" />
      <circle className="ink" cx="8" cy="12.2" r="1" />
    </>
  ),
  failed: (
    <>
      <path d="M5 .9h6L15.1 5v6L11 15.1H5L.9 11V5z" fill="currentColor" />
      <path className="inkline" d="M5.6 5.6l4.8 4.8M10.4 5.6l-4.8 4.8" strokeWidth="1.8" />
    </>
  ),
  blocked: (
    <>
      <rect x="1.2" y="1.2" width="13.6" height="13.6" rx="2" fill="currentColor" />
      <path className="inkline" d="M4.4 8h7.2" strokeWidth="2" />
    </>
  ),
  offline: (
    <>
      <circle className="line" cx="8" cy="8" r="6" strokeWidth="1.8" strokeDasharray="2.6 2.1" />
      <path className="line" d="M3 13L13 3" strokeWidth="1.8" strokeLinecap="round" />
    </>
  ),
};

/** One mark. Without `label` it is decoration beside a word and hidden from screen readers. */
export function Mark({
  kind,
  size = 14,
  label,
}: {
  readonly kind: MarkKind;
  readonly size?: number;
  readonly label?: string;
}) {
  const naming = label === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label };
  return (
    <svg className={`mark mark-${kind}`} width={size} height={size} viewBox="0 0 16 16" {...naming}>
      {SHAPES[kind]}
    </svg>
  );
}
