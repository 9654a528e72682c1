// Rows that stand for what is loading, in their true height, shown only when loading takes a moment.
import { useEffect, useState } from 'react';

const SHOWN_AFTER_MS = 150;
const SLOW_AFTER_MS = 8000;

export function SkeletonRows({ rows, height }: { readonly rows: number; readonly height: number }) {
  const [phase, setPhase] = useState<'quiet' | 'shown' | 'slow'>('quiet');
  useEffect(() => {
    const shown = setTimeout(() => setPhase('shown'), SHOWN_AFTER_MS);
    const slow = setTimeout(() => setPhase('slow'), SLOW_AFTER_MS);
    return () => {
      clearTimeout(shown);
      clearTimeout(slow);
    };
  }, []);
  if (phase === 'quiet') return <div style={{ height: rows * height }} />;
  return (
    <div role="status" aria-label="Loading">
      {phase === 'slow' && <div className="cardb t2">Still loading. The host answers slowly.</div>}
      {Array.from({ length: rows }, (_, index) => (
        <div className="skeleton" key={index} style={{ height }} />
      ))}
    </div>
  );
}
