// The exact difference of a file: both line numbers, whole lines that wrap, a sign beside the colour.
import type { FileDiff } from '../../shared/model/import-result.ts';
import { Visible } from './visible.tsx';

const SIGNS = { same: '', add: '+', del: '−', gap: '' } as const;

export function DiffView({ lines, label }: { readonly lines: FileDiff['lines']; readonly label: string }) {
  return (
    <section className="diff scroll" aria-label={label} tabIndex={0}>
      {lines.map((line, index) => (
        <div className={`ln ${line.kind}`} key={index}>
          <span className="no">{line.old ?? ''}</span>
          <span className="no">{line.new ?? ''}</span>
          <span>{SIGNS[line.kind]}</span>
          <span className="tx">{line.kind === 'gap' ? `⋯ ${line.text}` : <Visible text={line.text} />}</span>
        </div>
      ))}
    </section>
  );
}
