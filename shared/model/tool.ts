// A tool as a server describes it. All of it is foreign text: shown as received, never trusted.
import * as z from 'zod';
import { taskSchema } from './task.ts';

const toolSchema = z.looseObject({
  name: z.string(),
  title: z.string().optional(),
  description: z.string().optional(),
  inputSchema: z.record(z.string(), z.unknown()).optional(),
  outputSchema: z.record(z.string(), z.unknown()).optional(),
  annotations: z.record(z.string(), z.unknown()).optional(),
  execution: z.record(z.string(), z.unknown()).optional(),
});

/** The good items of a list and what was wrong with the others: one bad tool never hides the rest. */
export const toolListSchema = z.object({
  server: z.string(),
  tools: z.array(toolSchema),
  problems: z.array(z.object({ index: z.int(), message: z.string() })),
  /** RFC 3339 time at which the server gave this list. */
  at: z.string(),
});

/** What a call through the host yields: progress while it runs, then exactly one `done`, or one `task` that goes on. */
export const callEventSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('progress'),
    progress: z.number(),
    total: z.number().optional(),
    message: z.string().optional(),
  }),
  z.object({ kind: z.literal('task'), task: taskSchema }),
  z.object({
    kind: z.literal('done'),
    /** True when the server's result says `isError`. */
    isError: z.boolean(),
    /** The JSON-RPC result, as received. */
    result: z.unknown(),
    /** Why the structured content in it is not what the tool promised, or could not be checked; absent when it is. */
    problem: z.string().optional(),
    tookMs: z.number(),
    bytes: z.int(),
    /** Id of the outcome record in the audit log. */
    record: z.string().optional(),
  }),
]);

export type Tool = z.infer<typeof toolSchema>;
export type ToolList = z.infer<typeof toolListSchema>;
export type CallEvent = z.infer<typeof callEventSchema>;
