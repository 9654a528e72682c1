// What a client's own form cannot say of a server, found by reading back what would be written. The table is published
// in docs/client-import.md; nothing is lost without standing in it.
import { isDeepStrictEqual } from 'node:util';
import type { ExportLoss } from '../../shared/model/import-result.ts';
import type { ServerEntry } from '../../shared/model/server-entry.ts';
import type { ClientEntry, ClientFormat } from './client-format.ts';
import { plainCopy } from './client-layer.ts';
import { meaningOf } from './entry-meaning.ts';
import { secretExtras } from './faithful-entry.ts';

/** Field of a catalog entry → why a client may not hold it. */
export const EXPORT_LOSSES = {
  name: 'This client takes only some characters in a name.',
  type: 'The file of this client does not say the transport exactly; it finds out by itself.',
  command: 'This client writes the command in another way.',
  args: 'This client writes the arguments in another way.',
  env: 'This client writes the environment in another way.',
  cwd: 'This client has no working directory.',
  url: 'This client writes the address in another way.',
  headers: 'This client writes the headers in another way.',
  enabled: 'The file of this client cannot say that a server is off.',
  title: 'The file of this client has no name for people.',
  description: 'The file of this client has no description.',
  timeouts: 'The file of this client has no such limit of time, or a coarser one.',
  auth: 'The file of this client does not hold these sign-in settings.',
  portolan: 'It is done by Portolan, which this entry does not go through.',
  extras: 'It holds a secret, which never leaves the keychain.',
  clients: 'Another client’s own keys; they go back to that client only.',
} as const;

type LostField = keyof typeof EXPORT_LOSSES;

/** What `written`, called `clientName` in the file, does not say of `server`. */
export function lossesOf(
  format: ClientFormat,
  server: ServerEntry,
  clientName: string,
  written: ClientEntry,
): ExportLoss[] {
  const { options } = server;
  const back = meaningOf(format, clientName, written);
  const lost = new Set<LostField>();
  if (clientName !== server.name && options.clients?.[format.id]?.name !== clientName) lost.add('name');
  for (const field of endpointLosses(server, back?.entry)) lost.add(field);
  const other = back?.entry.options;
  if (!isSame(options.auth, other?.auth)) lost.add('auth');
  if (options.enabled !== (other?.enabled ?? true)) lost.add('enabled');
  if (!isSame(options.timeouts, other?.timeouts ?? {})) lost.add('timeouts');
  if (options.title !== undefined && ![clientName, other?.title].includes(options.title)) lost.add('title');
  if (options.description !== undefined) lost.add('description');
  const { protocolEra, sharing, capture, passBaggage } = options;
  if (protocolEra !== 'auto' || capture !== 'digest' || sharing !== undefined || passBaggage) lost.add('portolan');
  if (secretExtras(options.clients?.[format.id]).length > 0) lost.add('extras');
  const others = Object.entries(options.clients ?? {}).filter(([id]) => id !== format.id);
  if (others.some(([, layer]) => layer.extras !== undefined)) lost.add('clients');
  return [...lost].map((field) => ({ field, reason: EXPORT_LOSSES[field] }));
}

function endpointLosses({ endpoint }: ServerEntry, back: ServerEntry | undefined): LostField[] {
  const other: Readonly<Record<string, unknown>> = { ...back?.endpoint };
  return Object.entries(endpoint).flatMap(([field, value]) =>
    isSame(value, other[field]) ? [] : [field as LostField],
  );
}

function isSame(a: unknown, b: unknown): boolean {
  return isDeepStrictEqual(plainCopy(a), plainCopy(b));
}
