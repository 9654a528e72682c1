// What a tool says it does, in our words. Annotations are claims of the server, never proof.
import type { Tool } from '../../../shared/model/tool.ts';

/** `Reads`, `Writes`, `Deletes`, or `Not stated` when the server made no claim. */
export function effectOf(tool: Tool): string {
  const claims = tool.annotations;
  if (claims === undefined) return 'Not stated';
  if (claims['readOnlyHint'] === true) return 'Reads';
  if (claims['destructiveHint'] === true) return 'Deletes';
  if (claims['readOnlyHint'] === false || claims['destructiveHint'] === false) return 'Writes';
  return 'Not stated';
}

/** True when the server may make a task of a call to it. (MCP 2025-11-25, Tasks, `execution.taskSupport`) */
export function canBeTask({ execution }: Tool): boolean {
  const support = execution?.['taskSupport'];
  return support === 'optional' || support === 'required';
}
