// A state as mark and word, coloured by its role; `quiet` leaves normal states in plain text colour.
import type { StateWord } from '../words/states.ts';
import { Mark } from './mark.tsx';

export function StateLine({
  state,
  size = 14,
  quiet = false,
}: {
  readonly state: StateWord;
  readonly size?: number;
  readonly quiet?: boolean;
}) {
  const normal = quiet && (state.mark === 'ready' || state.mark === 'running');
  return (
    <span className={`st ${normal ? 't2' : `mark-${state.mark}`}`}>
      <Mark kind={state.mark} size={size} />
      {state.word}
    </span>
  );
}
