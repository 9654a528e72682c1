// What another client's file says about a server and the catalog has no own field for. It goes back to that client only:
// nothing of it ever reaches a process, a request or another client.
import * as z from 'zod';

const keysSchema = z.record(z.string(), z.unknown());

export const clientLayerSchema = z.object({
  /** What that client calls the server, when it is not the name in the catalog. */
  name: z.string().optional(),
  /** Keys of its entry, verbatim: tool filters, environment files, whatever else. Secrets in them are references. */
  extras: keysSchema.optional(),
  /** The entry that starts a bridge such as mcp-remote, from which the server was lifted, without `extras`. */
  bridge: keysSchema.optional(),
});

/** By client id. */
export const clientLayersSchema = z.record(z.string(), clientLayerSchema);

export type ClientLayer = z.infer<typeof clientLayerSchema>;
