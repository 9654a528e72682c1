// What needs a person, worst first: at most three lines, and no card at all when there is nothing.
import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { MarkKind } from '../words/states.ts';
import { Mark } from './mark.tsx';

export interface Need {
  readonly key: string;
  readonly mark: MarkKind;
  readonly text: ReactNode;
  readonly action: string;
  readonly to: string;
}

const SHOWN = 3;

export function NeedsStrip({ needs }: { readonly needs: readonly Need[] }) {
  if (needs.length === 0) return null;
  const more = needs.length - SHOWN;
  return (
    <section className="card" aria-label="Needs you">
      {needs.slice(0, SHOWN).map((need) => (
        <div className="need" key={need.key}>
          <Mark kind={need.mark} size={16} />
          <span className="anywhere">{need.text}</span>
          <Button component={Link} href={need.to} variant="default" size="compact-sm" miw={118}>
            {need.action}
          </Button>
        </div>
      ))}
      {more > 0 && <div className="needmore t2 xs">and {more} more</div>}
    </section>
  );
}
