// Medians, verdicts and tables.

/** Value below which the given share (0 to 1) of the samples lies. */
export function quantile(samples, share) {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export const median = (samples) => quantile(samples, 0.5);

/** Rows under a header as a Markdown table. */
export function markdownTable(header, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}

export function number(value, digits = 1) {
  return Number.isFinite(value)
    ? value.toLocaleString('en-US', { maximumFractionDigits: digits, minimumFractionDigits: digits })
    : '-';
}

/** One line of the table of targets: what was measured, the bound it must not pass, and whether it held. */
export function atMost(measure, value, bound, { unit = 'ms', digits = 1 } = {}) {
  return row(measure, value, bound, value <= bound, `<= ${number(bound, Number.isInteger(bound) ? 0 : 2)} ${unit}`, {
    unit,
    digits,
  });
}

/** The same for a value that must reach the bound. */
export function atLeast(measure, value, bound, { unit = '', digits = 0 } = {}) {
  return row(measure, value, bound, value >= bound, `>= ${number(bound, 0)} ${unit}`.trim(), { unit, digits });
}

export function notBuilt(measure) {
  return { measure, value: null, measured: '-', target: '-', verdict: 'not built' };
}

function row(measure, value, bound, held, target, { unit, digits }) {
  const known = Number.isFinite(value) && Number.isFinite(bound);
  return {
    measure,
    value,
    measured: `${number(value, digits)} ${unit}`.trim(),
    target,
    verdict: known ? (held ? 'met' : 'MISSED') : 'not measured',
  };
}

/** Milliseconds that the work took. */
export async function timed(work) {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** `count` times the work with `width` under way at once. */
export async function inParallel(count, width, work) {
  let left = count;
  await Promise.all(
    Array.from({ length: width }, async () => {
      while (left-- > 0) await work();
    }),
  );
}
