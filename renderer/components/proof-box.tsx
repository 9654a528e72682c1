// What was proven about a record, line by line, with the short form of each hash.
import { Mark } from './mark.tsx';

export interface ProofLine {
  readonly ok: boolean;
  readonly text: string;
  readonly hash?: string;
}

/** `sha256:9c1e4407ab…` as `9c1e…07ab`. */
function shortHash(hash: string): string {
  const hex = hash.replace(/^sha256:/, '');
  return hex.length <= 10 ? hex : `${hex.slice(0, 4)}…${hex.slice(-4)}`;
}

export function ProofBox({ lines }: { readonly lines: readonly ProofLine[] }) {
  const whole = lines.every((line) => line.ok);
  return (
    <section className="proof" aria-label="Proof">
      <div className="row">
        <Mark kind={whole ? 'proof' : 'failed'} size={16} />
        <span className="b sm">{whole ? 'Proof checked' : 'Proof failed'}</span>
        <span className="t3 sm end">by the host, just now</span>
      </div>
      <ul>
        {lines.map((line) => (
          <li className="row sm" key={line.text}>
            <Mark kind={line.ok ? 'ready' : 'failed'} size={12} label={line.ok ? 'holds' : 'does not hold'} />
            <span className="grow">{line.text}</span>
            {line.hash !== undefined && (
              <span className="mono t3 xs" title={line.hash}>
                {shortHash(line.hash)}
              </span>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
