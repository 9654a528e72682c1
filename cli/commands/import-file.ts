// `portolan import --file FILE` for a portable catalog file: the merge, row by row, then carried out in one step.
import { PortolanError } from '../../shared/errors.ts';
import type { MergeChoice, MergePlan, MergeRow } from '../../shared/model/portable.ts';
import { confirm } from '../confirm.ts';
import { host } from '../command.ts';
import { printJson, printLine, printTable } from '../output.ts';
import { printEndpoint } from '../print-endpoint.ts';

const ACTIONS = { add: 'add', change: 'change', same: 'already there', clash: 'clash', refuse: 'leave out' } as const;

export interface FileImport {
  readonly path: string;
  /** What becomes of everything whose name is taken; each row's own first choice without it. */
  readonly onClash: MergeChoice | undefined;
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly json: boolean;
}

/** The exit status; undefined when `path` is not a portable catalog file, and nothing was done. */
export async function importFile({ path, onClash, dryRun, yes, json }: FileImport): Promise<number | undefined> {
  const client = await host();
  const { plan } = await client.portable.plan({ path });
  if (plan === undefined) return undefined;
  const choices = choicesOf(plan, onClash);
  if (dryRun && json) {
    printJson(plan);
    return 0;
  }
  if (!json) printPlan(plan, choices);
  const doing = plan.rows.filter(
    (row) => row.action === 'add' || (choices[row.key] ?? row.choices[0] ?? 'keep') !== 'keep',
  );
  if (dryRun) return 0;
  if (doing.length === 0) {
    if (json) printJson({ added: [], changed: [], kept: plan.rows.map(({ key }) => key), inputs: [], held: [] });
    else printLine('There is nothing to change.');
    return 0;
  }
  if (!yes && !(await confirm(`Merge ${doing.length} of ${plan.rows.length}?`, json))) {
    printLine('Nothing was changed.');
    return 0;
  }
  const done = await client.portable.apply({ planId: plan.planId, choices });
  if (json) printJson(done);
  else {
    printLine(`Added ${done.added.length}, changed ${done.changed.length}. "portolan undo" takes it back.`);
    for (const id of done.inputs) printLine(`Needed before a start: portolan input set ${id}`);
    for (const name of done.held)
      printLine(`${name} is held: look at it and approve it with: portolan approve ${name}`);
  }
  return 0;
}

/** Throws INPUT_INVALID for a word that is no choice. */
export function clashChoice(value: unknown): MergeChoice | undefined {
  if (value === undefined || value === 'keep' || value === 'replace' || value === 'rename') return value;
  throw new PortolanError('INPUT_INVALID', '--on-clash is one of keep, replace, rename', {
    hint: 'Correct --on-clash.',
  });
}

function choicesOf(plan: MergePlan, wanted: MergeChoice | undefined): Record<string, MergeChoice> {
  if (wanted === undefined) return {};
  const fitting = plan.rows.filter((row) => row.choices.includes(wanted));
  return Object.fromEntries(fitting.map((row) => [row.key, wanted]));
}

function printPlan(plan: MergePlan, choices: Readonly<Record<string, MergeChoice>>): void {
  printTable(
    ['KIND', 'NAME', 'STATE', 'WHAT HAPPENS', 'DIFFERS IN'],
    plan.rows.map((row) => [
      row.kind,
      row.name,
      ACTIONS[row.action],
      happens(row, choices[row.key]),
      row.action === 'add' ? '-' : row.fields.map(({ field }) => field).join(', ') || '-',
    ]),
  );
  for (const row of plan.rows.filter(({ action }) => action === 'change' || action === 'clash')) {
    for (const { field, before = 'nothing', after = 'nothing' } of row.fields)
      printLine(`${row.kind} ${row.name}, ${field}: ${before} becomes ${after}`);
  }
  for (const row of plan.rows.filter((one) => one.action === 'add' || choices[one.key] === 'rename')) printNew(row);
}

/** All that a new server runs or contacts: saying yes to the plan approves it. */
function printNew({ kind, name, fields, endpoint }: MergeRow): void {
  if (endpoint !== undefined) {
    printLine(`server ${name}:`);
    printEndpoint(endpoint);
  }
  const standard = fields.find(({ field }) => field === 'default')?.after;
  if (kind === 'input' && standard !== undefined) printLine(`input ${name}, without a value of yours: ${standard}`);
}

function happens(row: MergeRow, wanted: MergeChoice | undefined): string {
  if (row.action === 'add') return 'is added';
  if (row.action === 'refuse') return row.reason ?? 'cannot be taken';
  const choice = wanted ?? row.choices[0] ?? 'keep';
  return { keep: 'stays as it is', replace: 'is replaced', rename: `is added as ${row.renamed ?? row.name}` }[choice];
}
