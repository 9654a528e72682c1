// `portolan call NAME TOOL [JSON|-]`: one tool call, through the same path and audit that every client's call takes.
import type { Command } from 'commander';
import { PortolanError } from '../../shared/errors.ts';
import { define, host, interrupted } from '../command.ts';
import { printJson, printLine, printNote } from '../output.ts';

export function callCommand(program: Command): void {
  const command = program
    .command('call')
    .argument('<name>', 'server in the catalog')
    .argument('<tool>', 'name of the tool')
    .argument('[arguments]', 'JSON object, or - to read it from stdin', '{}')
    .description('call a tool')
    .option('--task', 'let the server make a task of it, and print the id of the task at once')
    .option('--timeout <seconds>', 'give up after so many seconds', parseSeconds);
  define<[string, string, string]>(command, async (options, server, tool, text) => {
    const args = parseArguments(text === '-' ? await readStdin() : text);
    const client = await host();
    const timeoutMs = options['timeout'] as number | undefined;
    const stream = await client.calls.call(
      {
        server,
        tool,
        arguments: args,
        asTask: options['task'] === true,
        from: 'cli',
        ...(timeoutMs === undefined ? {} : { timeoutMs }),
      },
      { signal: interrupted() },
    );
    for await (const event of stream) {
      if (event.kind === 'progress') {
        const share = event.total ? ` of ${event.total}` : '';
        printNote(`${event.progress}${share}${event.message ? ` ${event.message}` : ''}`);
        continue;
      }
      if (event.kind === 'task') {
        if (options.json) printJson({ task: event.task });
        else printLine(event.task.id);
        return 0;
      }
      if (options['task'] === true) printNote('The server has answered at once; there is no task.');
      const { isError, problem, record, result, tookMs } = event;
      if (options.json) printJson({ isError, result, tookMs, record, ...(problem !== undefined && { problem }) });
      else printResult(result);
      if (problem !== undefined) printNote(problem);
      return isError ? 1 : 0;
    }
    throw new PortolanError('OUTCOME_UNKNOWN', 'the call ended without a result', {
      hint: 'run "portolan audit list" to see what is known of it',
    });
  });
}

/** Text parts as they are; everything else as JSON. */
function printResult(result: unknown): void {
  const content = (result as { content?: unknown } | null)?.content;
  if (!Array.isArray(content)) return printLine(JSON.stringify(result, null, 2));
  for (const part of content as { type?: string; text?: string }[]) {
    if (part.type === 'text' && typeof part.text === 'string') printLine(part.text);
    else printLine(JSON.stringify(part));
  }
}

function parseArguments(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new PortolanError('INPUT_INVALID', `the arguments are not JSON: ${(error as Error).message}`, {
      hint: `quote them once: '{"message":"hello"}'`,
    });
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    throw new PortolanError('INPUT_INVALID', 'the arguments must be a JSON object', {
      hint: `Write them as '{"name":"value"}'.`,
    });
  return value as Record<string, unknown>;
}

async function readStdin(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (!(seconds > 0 && seconds <= 86_400))
    throw new PortolanError(
      'INPUT_INVALID',
      `--timeout takes seconds from 0.001 to 86400, not ${JSON.stringify(text)}`,
      { hint: 'Correct the value of --timeout.' },
    );
  return Math.round(seconds * 1000);
}
