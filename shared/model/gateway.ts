// The loopback HTTP gateway for clients that speak MCP over HTTP: whether it is on, and who may use it.
import * as z from 'zod';
import { reasonSchema } from './server-status.ts';

export const gatewayClientSchema = z.object({
  id: z.string(),
  name: z.string(),
  createdAt: z.string(),
  lastUsedAt: z.string().optional(),
  /** Servers and profiles (`profile:NAME`) that its token opens; all when absent. */
  targets: z.array(z.string()).optional(),
  /** Its token is a part of the path instead of a header, for programs that can send none. */
  openPath: z.boolean().optional(),
  /** Servers that it may use although they are signed in as a person. */
  allowed: z.array(z.string()).optional(),
  /** Servers signed in as a person that it was held at, since the host started. */
  asked: z.array(z.string()).optional(),
});

export const gatewayStatusSchema = z.object({
  enabled: z.boolean(),
  port: z.int(),
  /** Base address while it listens, for instance `http://127.0.0.1:7425`. */
  url: z.string().optional(),
  /** The address under which a reverse proxy offers it. */
  publicOrigin: z.string().optional(),
  /** Why it does not listen although it is on. */
  problem: reasonSchema.optional(),
  connections: z.int(),
  clients: z.array(gatewayClientSchema),
});

/** What a person pastes into a client; `{token}` stands where the token goes. */
export const gatewaySnippetSchema = z.object({
  client: z.string(),
  title: z.string(),
  /** Where the text goes. */
  file: z.string(),
  text: z.string(),
});

export type GatewayClient = z.infer<typeof gatewayClientSchema>;
export type GatewayStatus = z.infer<typeof gatewayStatusSchema>;
export type GatewaySnippet = z.infer<typeof gatewaySnippetSchema>;
