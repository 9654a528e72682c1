// Facts as a list of terms and values.
import type { ReactNode } from 'react';

export interface Fact {
  readonly term: string;
  readonly value: ReactNode;
}

export function DataList({ facts }: { readonly facts: readonly Fact[] }) {
  return (
    <dl className="dl">
      {facts.map((fact) => (
        <div key={fact.term} style={{ display: 'contents' }}>
          <dt>{fact.term}</dt>
          <dd>{fact.value}</dd>
        </div>
      ))}
    </dl>
  );
}
