// Checks what a tool gave as structured content against the schema that its server promised for it. The check runs in a thread of
// its own that is ended when it takes too long; sizes are looked at before. It fetches nothing and changes no result.
import { Worker } from 'node:worker_threads';
import type { Clock } from '../core/base/clock.ts';

/** Limits of what is checked at all: bytes of JSON text, levels, and objects in a schema. */
const MAX_SCHEMA_BYTES = 1024 * 1024;
const MAX_SCHEMA_DEPTH = 64;
const MAX_SUBSCHEMAS = 10_000;
const MAX_CONTENT_BYTES = 8 * 1024 * 1024;
/** Milliseconds for compiling and checking together, on a machine that has other work too. */
const MAX_TIME_MS = 1000;
/** Megabytes of memory that the thread may use. */
const MAX_MEMORY_MB = 128;

/** Schema and content as JSON text. */
export interface CheckRequest {
  readonly schema: string;
  readonly content: string;
}

/** From the thread: it is ready to begin, or what it has found. */
export type CheckAnswer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'checked'; readonly problem: string | undefined };

/**
 * Why `content` is not what `schema` promises, in one sentence; undefined when it is. A schema that is too large, refers to
 * something outside of itself, is written in an unknown dialect or takes too long is told in words too. Never rejects.
 * (MCP 2025-11-25, Tools, Output Schema; MCP 2026-07-28, Tools, JSON Schema Usage)
 */
export async function structuredContentProblem(
  schema: unknown,
  content: unknown,
  clock: Clock,
  timeMs = MAX_TIME_MS,
): Promise<string | undefined> {
  const large = tooLarge(schema);
  if (large !== undefined) return unchecked(large);
  const request = { schema: JSON.stringify(schema), content: JSON.stringify(content) };
  if (Buffer.byteLength(request.schema) > MAX_SCHEMA_BYTES) return unchecked('its schema is larger than 1 MiB');
  if (Buffer.byteLength(request.content) > MAX_CONTENT_BYTES) return unchecked('it is larger than 8 MiB');
  return inThread(request, clock, timeMs);
}

/** What a limit is passed by; undefined when none is. Without recursion, since the depth is not known yet. */
function tooLarge(schema: unknown): string | undefined {
  let count = 0;
  let level: unknown[] = [schema];
  for (let depth = 1; level.length > 0; depth += 1) {
    const next: unknown[] = [];
    for (const value of level) {
      if (typeof value !== 'object' || value === null) continue;
      if (!Array.isArray(value)) count += 1;
      if (count > MAX_SUBSCHEMAS) return `its schema has more than ${MAX_SUBSCHEMAS} parts`;
      if (depth > MAX_SCHEMA_DEPTH) return `its schema is nested deeper than ${MAX_SCHEMA_DEPTH} levels`;
      for (const child of Object.values(value)) next.push(child);
    }
    level = next;
  }
  return undefined;
}

function inThread(request: CheckRequest, clock: Clock, timeMs: number): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const worker = new Worker(new URL(`./structured-content-worker.${extension}`, import.meta.url), {
    workerData: request,
    // Nothing of the host's goes into the thread that runs a stranger's schema.
    execArgv: [],
    env: {},
    name: 'structured-content',
    resourceLimits: { maxOldGenerationSizeMb: MAX_MEMORY_MB },
  });
  let timer: { cancel(): void } | undefined;
  worker.on('message', (answer: CheckAnswer) => {
    // Loading the validator is not the schema's doing: time counts from here.
    if (answer.kind === 'ready') timer = clock.setTimeout(() => resolve(unchecked('it takes too long')), timeMs);
    else resolve(answer.problem);
  });
  worker.on('error', () => resolve(unchecked('it takes too much memory')));
  worker.on('exit', () => resolve(unchecked('its check has ended early')));
  return promise.finally(() => {
    timer?.cancel();
    void worker.terminate();
  });
}

function unchecked(why: string): string {
  return `The structured content was not checked: ${why}.`;
}
