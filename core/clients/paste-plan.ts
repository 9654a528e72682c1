// An export for a client without a file to write: the text that a person pastes into it, and its install link.
import type { ExportPlan } from '../../shared/model/import-result.ts';
import type { ServerEntry } from '../../shared/model/server-entry.ts';
import type { ClientFormat, EntryRequest } from './client-format.ts';
import { buildExportPlan } from './export-plan.ts';
import type { TargetFile } from './target-file.ts';

type PasteRequest = Pick<EntryRequest, 'mode' | 'launcher' | 'profile'>;

/**
 * The text for all of `servers` that `format` can hold, as a new file would have it. The link is for a single entry in
 * mode `connect`, which has no secret in it.
 */
export function buildPastePlan(
  format: ClientFormat,
  file: TargetFile,
  servers: readonly ServerEntry[],
  { mode, launcher, profile }: PasteRequest,
): Pick<ExportPlan, 'diff' | 'servers' | 'paste'> {
  const form = { format: 'json', place: format.place } as const;
  const planned = buildExportPlan(format, form, file, servers, mode, launcher, profile);
  const link =
    mode === 'connect' ? linkOf(format, servers, { mode, launcher, ...(profile && { profile }) }) : undefined;
  const text = planned.data?.toString('utf8') ?? '';
  return {
    diff: { ...planned.diff, changed: false },
    servers: [...planned.servers],
    paste: { text, note: format.paste ?? '', ...(link === undefined ? {} : { link }) },
  };
}

function linkOf(format: ClientFormat, servers: readonly ServerEntry[], request: PasteRequest): string | undefined {
  const [server, ...others] = servers;
  if (server === undefined || others.length > 0 || format.installLink === undefined) return undefined;
  const answer = format.entryFor({ ...request, server, inputs: new Set() });
  return answer.kind === 'entry' ? format.installLink(format.clientName(server.name), answer.entry) : undefined;
}
