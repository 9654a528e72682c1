// A card with a head line.
import { type ReactNode, useId } from 'react';

export interface CardProps {
  readonly title: ReactNode;
  readonly right?: ReactNode;
  readonly children: ReactNode;
  readonly className?: string;
}

export function Card({ title, right, children, className = '' }: CardProps) {
  const id = useId();
  return (
    <section className={`card ${className}`} aria-labelledby={id}>
      <div className="cardh">
        <h2 id={id}>{title}</h2>
        {right !== undefined && <span className="r">{right}</span>}
      </div>
      {children}
    </section>
  );
}
