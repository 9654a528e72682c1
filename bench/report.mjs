// What a run says: the table of targets, the tables beside it, and docs/benchmarks.md.
import { readFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { markdownTable, number } from './statistics.mjs';

const BEGIN = '<!-- results: written by "npm run bench -- --write" -->';
const INTRODUCTION = `# Benchmarks

\`npm run bench\` measures every speed target of Portolan beside other bridges and the direct connection, on one machine and in
turn, so that a slow minute hits all of them. Ratios within a run hold; absolute figures belong to the machine. The upstream is
a server whose own cost is near zero (\`bench/upstream.mjs\`), the client writes JSON-RPC lines as an AI client does.

\`--quick\` shows within two minutes that everything works; its figures are no basis for a claim. \`--only\` takes names
of measures (a wrong one lists them), \`--rounds\` and \`--calls\` change the effort, \`--json\` prints everything.`;

/** Machine, date, versions and the command of this run. */
export function heading({ rounds, calls, args }) {
  const read = (...path) => JSON.parse(readFileSync(join(import.meta.dirname, ...path), 'utf8'));
  const peers = Object.entries(read('peers', 'package.json').dependencies).map(
    ([name, version]) => `${name} ${version}`,
  );
  return {
    machine: `${cpus().length} x ${cpus()[0]?.model ?? 'CPU'}, ${number(totalmem() / 2 ** 30, 0)} GB, ${type()} ${release()}`,
    date: new Date().toISOString().slice(0, 10),
    versions: [`Portolan ${read('..', 'package.json').version}`, `Node ${process.version}`, ...peers].join(', '),
    command: ['npm run bench', ...(args.length > 0 ? ['--', ...args] : [])].join(' '),
    effort: `${rounds} rounds, ${number(calls, 0)} calls each`,
  };
}

/** Everything as Markdown, for the terminal and the page alike. */
export function summary({ machine, date, versions, command, effort }, results) {
  const targets = results
    .flatMap(({ rows }) => rows)
    .map((row) => [row.measure, row.target, row.measured, row.verdict]);
  return [
    `${date}. ${machine}. ${versions}. ${effort}: \`${command}\``,
    markdownTable(['measure', 'target', 'measured', 'verdict'], targets),
    ...results
      .flatMap(({ tables }) => tables)
      .map(({ title, header, rows }) => `### ${title}\n\n${markdownTable(header, rows)}`),
  ].join('\n\n');
}

/** The page with the results of this run in the place of the earlier ones; what stands above them is kept. */
export function document(before, head, results) {
  const above = before?.includes(BEGIN) ? before.slice(0, before.indexOf(BEGIN)).trimEnd() : INTRODUCTION;
  return `${above}\n\n${BEGIN}\n\n## Results\n\n${summary(head, results)}\n`;
}
