// The frame of every step of setting up: brand, where one is, a way out, and the foot with the next step.
import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { Rose } from '../../components/rose.tsx';

const STEPS = [
  { id: 'find', word: 'Find', to: '/first-run' },
  { id: 'clients', word: 'Choose clients', to: '/first-run/clients' },
  { id: 'restart', word: 'Restart', to: '/first-run/restart' },
  { id: 'sign-in', word: 'Sign in', to: '/first-run/sign-in' },
] as const;
type Step = (typeof STEPS)[number]['id'];

export interface StepFrameProps {
  readonly step: Step;
  readonly skip: { readonly label: string; readonly run: () => void };
  readonly children: ReactNode;
  readonly foot?: ReactNode;
  /** The body does not scroll as a whole. */
  readonly fixed?: boolean;
}

export function StepFrame({ step, skip, children, foot, fixed = false }: StepFrameProps) {
  const at = STEPS.findIndex(({ id }) => id === step);
  return (
    <main className="main">
      <header className="head firsthead">
        <Rose size={22} />
        <b>Portolan</b>
        <nav className="grow" aria-label="Steps">
          <ol className="plain steps">
            {STEPS.map(({ id, word, to }, index) => (
              <li key={id} className={index === at ? 'now' : index < at ? 'past' : undefined}>
                {index < at ? (
                  <Link href={to}>
                    <span className="no" aria-hidden>
                      ✓
                    </span>
                    <span className="word">{word}</span>
                    <span className="sr">, done</span>
                  </Link>
                ) : (
                  <span aria-current={index === at ? 'step' : undefined}>
                    <span className="no">{index + 1}</span>
                    <span className="word">{word}</span>
                  </span>
                )}
              </li>
            ))}
          </ol>
        </nav>
        <span className="act">
          <Button variant="subtle" data-quiet onClick={skip.run}>
            {skip.label}
          </Button>
        </span>
      </header>
      <div className={fixed ? 'body firstbody fixed' : 'body firstbody'}>{children}</div>
      {foot !== undefined && <footer className="foot firsthead">{foot}</footer>}
    </main>
  );
}
