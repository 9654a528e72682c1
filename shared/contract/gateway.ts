// The loopback HTTP gateway: on and off, its address, its clients' tokens.
import * as z from 'zod';
import { gatewayClientSchema, gatewaySnippetSchema, gatewayStatusSchema } from '../model/gateway.ts';
import { emptyOutput, procedure } from './base.ts';

const target = z.string().min(1).max(256);

export const gateway = {
  status: procedure.output(gatewayStatusSchema),
  /** `publicOrigin: null` removes it. */
  configure: procedure
    .input(
      z.object({
        enabled: z.boolean().optional(),
        port: z.int().min(0).max(65_535).optional(),
        publicOrigin: z.url().nullable().optional(),
      }),
    )
    .output(gatewayStatusSchema),
  /** The token is shown this once: only its hash is kept. */
  addClient: procedure
    .input(
      z.object({
        name: z.string().min(1).max(100),
        targets: z.array(target).max(200).optional(),
        openPath: z.boolean().optional(),
      }),
    )
    .output(z.object({ client: gatewayClientSchema, token: z.string() })),
  /** `client`: its id or name. It may use a server from now on that is signed in as a person. */
  allow: procedure.input(z.object({ client: z.string().min(1).max(100), server: target })).output(gatewayClientSchema),
  /** Ends its connections at once. */
  revokeClient: procedure.input(z.object({ id: z.string() })).output(emptyOutput),
  /** Texts for the clients that take an HTTP server, for one server or `profile:NAME`. */
  snippets: procedure.input(z.object({ target })).output(z.array(gatewaySnippetSchema)),
};
