// The tools that Portolan adds for clients that know no tasks, so that a call that lasted too long for them is not lost.
import type { JsonObject } from '../base/json-object.ts';

const OWN_TOOLS = ['portolan_task_status', 'portolan_task_result', 'portolan_task_cancel'] as const;

export type OwnTool = (typeof OWN_TOOLS)[number];

const DESCRIPTIONS: Readonly<Record<OwnTool, string>> = {
  portolan_task_status: 'Says how a call stands that was answered with a task handle because it takes long.',
  portolan_task_result:
    'Gives the result of a call that was answered with a task handle. While it still runs, says so: wait a while and ask again.',
  portolan_task_cancel: 'Cancels a call that was answered with a task handle.',
};

/** True for the name of one of these tools. */
export function isOwnTool(name: string): name is OwnTool {
  return (OWN_TOOLS as readonly string[]).includes(name);
}

/** Their definitions for `tools/list`. */
export const OWN_TOOL_LIST: readonly JsonObject[] = OWN_TOOLS.map((name) => ({
  name,
  description: DESCRIPTIONS[name],
  inputSchema: {
    type: 'object',
    properties: { handle: { type: 'string', description: 'The handle, such as "task-1f3a9c20"' } },
    required: ['handle'],
  },
  annotations: { readOnlyHint: name !== 'portolan_task_cancel', openWorldHint: false },
}));

/** What a client reads in the place of a result that is not there yet. */
export function handleResult(tool: string, handle: string): JsonObject {
  const text = `${tool} is still running. Its handle is "${handle}". Ask for its result later with portolan_task_result, or look at it in Portolan.`;
  return { content: [{ type: 'text', text }], _meta: { 'dev.portolan/handle': handle } };
}

/** One sentence as the result of a tool. */
export function sentence(text: string, isError = false): JsonObject {
  return { content: [{ type: 'text', text }], ...(isError && { isError: true }) };
}

/** Handles are the first part of a task's id. */
export function handleOf(id: string): string {
  return `task-${id.slice(0, 8)}`;
}
