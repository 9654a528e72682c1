// A relative time whose exact form shows on hover and to screen readers.
import { useNow } from '../state/use-now.ts';
import { ago, exact } from '../words/time.ts';

export function TimeAgo({ at }: { readonly at: string }) {
  const now = useNow();
  return (
    <time dateTime={at} title={exact(at)}>
      {ago(at, now)}
    </time>
  );
}
