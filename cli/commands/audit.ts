// `portolan audit list|show|tail|verify`.
import type { Command } from 'commander';
import type { AuditFilter, AuditSummary, AuditVerdict } from '../../shared/model/audit-record.ts';
import { define, defineGroup, host, interrupted } from '../command.ts';
import { printFacts, printJson, printJsonLine, printLine, printTable } from '../output.ts';
import { wholeNumber } from '../whole-number.ts';

export function auditCommand(program: Command): void {
  const group = defineGroup(program, 'audit', 'who called what, with what result, and the proof of it');
  const list = group
    .command('list', { isDefault: true })
    .description('newest records first')
    .option('--limit <n>', 'how many (1 to 1000)', wholeNumber('--limit', 1, 1000), 50)
    .option('--before <seq>', 'records older than this number', wholeNumber('--before', 1));
  define(filterOptions(list), async (options) => {
    const client = await host();
    const before = options['before'] as number | undefined;
    const page = await client.audit.list({
      filter: filterFrom(options),
      limit: options['limit'] as number,
      ...(before === undefined ? {} : { beforeSeq: before }),
    });
    if (options.json) return printJson(page);
    if (page.records.length === 0) return printLine(page.total === 0 ? 'No records yet.' : 'Nothing matches.');
    printTable(HEADER, page.records.map(row));
    if (page.nextBeforeSeq !== undefined)
      printLine(
        `\n${page.records.length} of ${page.matching} shown; older ones: portolan audit list --before ${page.nextBeforeSeq}`,
      );
  });
  define<[string]>(
    group
      .command('show')
      .argument('<id>', 'id or number of a record')
      .description('one record in full, with its proof'),
    async (options, id) => {
      const client = await host();
      const detail = await client.audit.get({ id });
      if (options.json) return printJson(detail);
      printFacts([
        ['record', String(detail.summary.seq)],
        ...Object.entries(detail.fields).sort(([a], [b]) => a.localeCompare(b)),
        ['own hash', detail.hashOk ? 'matches' : 'DOES NOT MATCH'],
        ['link to the record before', detail.chainOk ? 'matches' : 'DOES NOT MATCH'],
        ...detail.related.map((related) => ['related', `${related.seq} ${related.kind} ${related.outcome}`] as const),
      ]);
      return detail.hashOk && detail.chainOk ? 0 : 6;
    },
  );
  define(
    filterOptions(group.command('tail').description('new records as they are written, until Ctrl-C')),
    async (options) => {
      const client = await host();
      const signal = interrupted();
      try {
        for await (const record of await client.audit.tail({ filter: filterFrom(options) }, { signal })) {
          if (options.json) printJsonLine(record);
          else printLine(row(record).join('  '));
        }
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    },
  );
  define<[string | undefined]>(
    group
      .command('verify')
      .argument('[path]', 'an audit folder or copy of one; the live log when left out')
      .description('prove that no record was changed, removed or added'),
    async (options, path) => {
      const verdict = path === undefined ? await verifyLive(options.json !== true) : await verifyPath(path);
      if (options.json) printJson(verdict);
      else printVerdict(verdict);
      return verdict.ok ? 0 : 6;
    },
  );
}

const HEADER = ['RECORD', 'TIME', 'KIND', 'OUTCOME', 'CLIENT', 'SERVER', 'TOOK', 'WHAT'];

function row(record: AuditSummary): string[] {
  const took = record.tookMs === undefined ? '' : `${Math.round(record.tookMs)} ms`;
  return [
    String(record.seq),
    record.at,
    record.kind,
    record.outcome,
    record.client ?? '',
    record.server ?? '',
    took,
    record.what,
  ];
}

function filterOptions(command: Command): Command {
  return command
    .option('--filter <text>', 'words, or field:value such as server:github outcome:error since:14:00')
    .option('--server <name>', 'only this server')
    .option('--since <time>', 'RFC 3339 time')
    .option('--until <time>', 'RFC 3339 time');
}

function filterFrom(options: Readonly<Record<string, unknown>>): AuditFilter {
  const text = (name: string) =>
    typeof options[name] === 'string' ? { [name === 'filter' ? 'text' : name]: options[name] } : {};
  return { ...text('filter'), ...text('server'), ...text('since'), ...text('until') };
}

async function verifyLive(showProgress: boolean): Promise<AuditVerdict> {
  const client = await host();
  let shown = 0;
  for await (const event of await client.audit.verify()) {
    if (event.kind === 'done') return event.verdict;
    if (showProgress && process.stderr.isTTY && event.verified - shown >= 50_000) {
      shown = event.verified;
      process.stderr.write(`portolan: ${event.verified} of ${event.total} records\n`);
    }
  }
  throw new Error('the verification ended without a verdict');
}

async function verifyPath(path: string): Promise<AuditVerdict> {
  const { verifyAuditPath } = await import('../../host/verify-audit-path.ts');
  return verifyAuditPath(path);
}

function printVerdict(verdict: AuditVerdict): void {
  if (verdict.ok)
    return printLine(
      `The log is whole: ${verdict.verified} records proven in ${Math.round(verdict.tookMs)} ms.\nhead ${verdict.headHash}${keptHeadNote(verdict)}`,
    );
  const { fault } = verdict;
  printLine(`The log was changed: ${fault?.message ?? 'no detail'} (AUDIT_BROKEN)`);
  printFacts([
    ['record', fault ? `${fault.seq}${fault.id ? ` (${fault.id})` : ''}` : undefined],
    ['file', fault?.file],
    ['kind', fault?.kind],
    ['proven', `records up to ${verdict.verified}`],
  ]);
}

function keptHeadNote({ keptHead }: AuditVerdict): string {
  if (keptHead === 'matches') return '\nThe keychain remembers the same end.';
  if (keptHead === undefined) return '';
  return '\nThe keychain could not be asked: whether the whole folder was put back to an earlier state cannot be told.';
}
