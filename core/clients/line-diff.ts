// Which lines of two texts are the same, by Myers' greedy algorithm ("An O(ND) Difference Algorithm", 1986), and the
// rows of a unified view.
import type { FileDiff } from '../../shared/model/import-result.ts';

type DiffRow = FileDiff['lines'][number];

const CONTEXT = 3;
/** Beyond this many differing lines a minimal answer is not worth its memory: the middle is shown as replaced. */
const MAX_EDITS = 400;

/**
 * Unified rows of two texts with three lines of context. `shownBefore` and `shownAfter` have the same lines with
 * secrets masked: they are what the rows show, while the real lines decide what is different.
 */
export function diffLines(
  before: readonly string[],
  after: readonly string[],
  shownBefore: readonly string[],
  shownAfter: readonly string[],
): DiffRow[] {
  const rows: DiffRow[] = [];
  let [old, current] = [0, 0];
  for (const kind of editScript(before, after)) {
    if (kind === 'del') rows.push({ kind, old: old + 1, text: shownBefore[old] ?? '' });
    else if (kind === 'add') rows.push({ kind, new: current + 1, text: shownAfter[current] ?? '' });
    else rows.push({ kind, old: old + 1, new: current + 1, text: shownAfter[current] ?? '' });
    if (kind !== 'add') old += 1;
    if (kind !== 'del') current += 1;
  }
  return withGaps(rows);
}

type Step = 'same' | 'add' | 'del';

function editScript(before: readonly string[], after: readonly string[]): Step[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
  let [endBefore, endAfter] = [before.length, after.length];
  while (endBefore > start && endAfter > start && before[endBefore - 1] === after[endAfter - 1]) {
    endBefore -= 1;
    endAfter -= 1;
  }
  return [
    ...Array<Step>(start).fill('same'),
    ...middleScript(before.slice(start, endBefore), after.slice(start, endAfter)),
    ...Array<Step>(before.length - endBefore).fill('same'),
  ];
}

function middleScript(before: readonly string[], after: readonly string[]): Step[] {
  const limit = Math.min(before.length + after.length, MAX_EDITS);
  let furthest = new Map([[1, 0]]);
  const history: Map<number, number>[] = [];
  for (let edits = 0; edits <= limit; edits += 1) {
    history.push(furthest);
    const next = new Map(furthest);
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      let x = startOf(next, diagonal, edits);
      while (x < before.length && x - diagonal < after.length && before[x] === after[x - diagonal]) x += 1;
      next.set(diagonal, x);
      if (x >= before.length && x - diagonal >= after.length) return backtrack(history, before.length, after.length);
    }
    furthest = next;
  }
  return [...Array<Step>(before.length).fill('del'), ...Array<Step>(after.length).fill('add')];
}

function startOf(furthest: ReadonlyMap<number, number>, diagonal: number, edits: number): number {
  const [left, right] = [furthest.get(diagonal - 1) ?? -1, furthest.get(diagonal + 1) ?? -1];
  return diagonal === -edits || (diagonal !== edits && left < right) ? right : left + 1;
}

function backtrack(history: readonly Map<number, number>[], beforeLength: number, afterLength: number): Step[] {
  const steps: Step[] = [];
  let [x, y] = [beforeLength, afterLength];
  for (let edits = history.length - 1; edits >= 0; edits -= 1) {
    const furthest = history[edits] ?? new Map<number, number>();
    const diagonal = x - y;
    const [left, right] = [furthest.get(diagonal - 1) ?? -1, furthest.get(diagonal + 1) ?? -1];
    const down = diagonal === -edits || (diagonal !== edits && left < right);
    const fromX = edits === 0 ? 0 : down ? right : left;
    const fromY = edits === 0 ? 0 : fromX - (down ? diagonal + 1 : diagonal - 1);
    while (x > fromX && y > fromY) {
      steps.push('same');
      x -= 1;
      y -= 1;
    }
    if (edits > 0) steps.push(down ? 'add' : 'del');
    [x, y] = [fromX, fromY];
  }
  return steps.reverse();
}

function withGaps(rows: readonly DiffRow[]): DiffRow[] {
  const near = new Uint8Array(rows.length);
  for (const [index, row] of rows.entries()) {
    if (row.kind !== 'same') near.fill(1, Math.max(0, index - CONTEXT), index + CONTEXT + 1);
  }
  return rows.flatMap((row, index) => {
    if (near[index] === 1) return [row];
    return index === 0 || near[index - 1] === 1 ? [{ kind: 'gap' as const, text: '' }] : [];
  });
}
