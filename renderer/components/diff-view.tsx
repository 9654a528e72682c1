// The exact difference of a file: both line numbers, whole lines that wrap, a sign beside the colour.
import { useState } from 'react';
import type { FileDiff } from '../../shared/model/import-result.ts';
import { counted } from '../words/numbers.ts';
import { Visible } from './visible.tsx';

const SIGNS = { same: '', add: '+', del: '−', gap: '' } as const;

/** More than a person reads at once; the rest is there on request. */
const MOST_LINES = 2_000;

export function DiffView({ lines, label }: { readonly lines: FileDiff['lines']; readonly label: string }) {
  const [all, setAll] = useState(false);
  return (
    <section className="diff scroll" aria-label={label} tabIndex={0}>
      {(all ? lines : lines.slice(0, MOST_LINES)).map((line, index) => (
        <div className={`ln ${line.kind}`} key={index}>
          <span className="no">{line.old ?? ''}</span>
          <span className="no">{line.new ?? ''}</span>
          <span>{SIGNS[line.kind]}</span>
          <span className="tx">{line.kind === 'gap' ? `⋯ ${line.text}` : <Visible text={line.text} />}</span>
        </div>
      ))}
      {!all && lines.length > MOST_LINES && (
        <button type="button" className="showall" onClick={() => setAll(true)}>
          Show all ({counted(lines.length, 'line')})
        </button>
      )}
    </section>
  );
}
