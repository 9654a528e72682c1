// The two modes of elicitation: which of them capabilities declare, and which one a question is of.
// (MCP 2025-11-25 and 2026-07-28, Elicitation)
import { type JsonObject, objectOf } from '../base/json-object.ts';

export const ELICIT = 'elicitation/create';

export type ElicitationMode = 'form' | 'url';

/** The modes that these client capabilities declare; an empty object means form only. */
export function declaredModes(capabilities: JsonObject | undefined): ReadonlySet<ElicitationMode> {
  const declared = objectOf(capabilities?.['elicitation']);
  if (declared === undefined) return new Set();
  const modes = (['form', 'url'] as const).filter((mode) => objectOf(declared[mode]) !== undefined);
  return new Set<ElicitationMode>(modes.length === 0 ? ['form'] : modes);
}

/** The mode of a question; a missing mode is form, and a mode that nobody knows is undefined. */
export function modeOf(params: JsonObject | undefined): ElicitationMode | undefined {
  const mode = params?.['mode'] ?? 'form';
  return mode === 'form' || mode === 'url' ? mode : undefined;
}

/** The `elicitation` capability with what a person answers beside what is declared already. */
export function withModes(
  capabilities: JsonObject | undefined,
  added: Iterable<ElicitationMode>,
): { readonly [Mode in ElicitationMode]?: JsonObject } {
  const declared = objectOf(capabilities?.['elicitation']);
  const modes = new Set([...declaredModes(capabilities), ...added]);
  return { ...declared, ...Object.fromEntries([...modes].map((mode) => [mode, objectOf(declared?.[mode]) ?? {}])) };
}
