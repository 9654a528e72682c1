// `portolan telemetry status|set|off`: spans and metrics for an OpenTelemetry collector.
import type { Command } from 'commander';
import { PortolanError } from '../../shared/errors.ts';
import type { TelemetryState } from '../../shared/model/telemetry.ts';
import { define, defineGroup, host } from '../command.ts';
import { printFacts, printJson, printLine } from '../output.ts';

export function telemetryCommand(program: Command): void {
  const group = defineGroup(
    program,
    'telemetry',
    'spans and durations of calls for an OpenTelemetry collector of yours',
  );
  define(
    group.command('status', { isDefault: true }).description('whether anything is sent, and how that goes'),
    async (options) => {
      const state = await (await host()).system.telemetry();
      if (options.json) printJson(state);
      else printState(state);
    },
  );
  const set = group
    .command('set')
    .description('send to a collector from now on')
    .requiredOption('--endpoint <url>', 'its OTLP/HTTP address, the part before /v1/traces')
    .option('--header <name=value>', 'header sent to it, such as Authorization=${secret:NAME} (repeatable)', collect)
    .option('--no-traces', 'send metrics only')
    .option('--no-metrics', 'send traces only');
  define(set, async (options) => {
    const client = await host();
    const telemetry = {
      endpoint: String(options['endpoint']),
      headers: Object.fromEntries(((options['header'] as string[] | undefined) ?? []).map(pairOf)),
      traces: options['traces'] !== false,
      metrics: options['metrics'] !== false,
    };
    await client.system.setSettings({ telemetry });
    const state = await client.system.telemetry();
    if (options.json) printJson(state);
    else printState(state);
  });
  define(group.command('off').description('send nothing any more; the address is kept'), async (options) => {
    const client = await host();
    const { settings } = await client.system.snapshot();
    await client.system.setSettings({ telemetry: { ...settings.telemetry, traces: false, metrics: false } });
    if (options.json) printJson(await client.system.telemetry());
    else printLine('Nothing is sent any more.');
  });
}

function printState({ on, endpoint, traces, metrics, spans, problem }: TelemetryState): void {
  printFacts([
    ['sending', on ? [traces && 'traces', metrics && 'metrics'].filter(Boolean).join(' and ') : 'nothing'],
    ['collector', endpoint],
    ['spans', on ? `${spans.sent} sent, ${spans.queued} waiting, ${spans.dropped} dropped` : undefined],
    ['problem', problem && `${problem.message} (${problem.code})`],
    ['next', problem?.hint],
  ]);
}

function collect(value: string, before: string[] = []): string[] {
  return [...before, value];
}

function pairOf(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 1)
    throw new PortolanError('INPUT_INVALID', 'a header is written as NAME=VALUE', {
      hint: "For example: --header 'Authorization=Bearer ${secret:COLLECTOR}'",
    });
  return [text.slice(0, at), text.slice(at + 1)];
}
