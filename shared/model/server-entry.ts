// A server in the catalog: how to reach it and how Portolan treats it. Never a secret: values may hold references.
import * as z from 'zod';
import { clientLayersSchema } from './client-layer.ts';
import { serverAuthSchema } from './server-auth.ts';
import { SERVER_NAME_PATTERN } from './server-name.ts';

export const serverNameSchema = z.string().regex(SERVER_NAME_PATTERN, {
  error:
    'a name has 1 to 64 letters, digits, dots, dashes or underscores, and starts with a letter, digit or underscore',
});

/** Strings of an endpoint may contain `${secret:NAME}`, `${env:NAME}` and `${input:id}`, resolved only at start. */
const stdioEndpointSchema = z.object({
  type: z.literal('stdio'),
  command: z.string().min(1),
  args: z.array(z.string()).default([]),
  env: z.record(z.string(), z.string()).default({}),
  cwd: z.string().optional(),
});

const remoteEndpointSchema = z.object({
  /** `http-auto`: Streamable HTTP first, HTTP+SSE when the server refuses it. */
  type: z.enum(['streamable-http', 'sse', 'http-auto']),
  url: z.string().min(1),
  headers: z.record(z.string(), z.string()).default({}),
});

export const endpointSchema = z.discriminatedUnion('type', [stdioEndpointSchema, remoteEndpointSchema]);

/** Where an entry came from. */
const sourceSchema = z.object({
  kind: z.enum(['user', 'import', 'file', 'registry', 'card']),
  detail: z.string().optional(),
  /** Base address of the registry. */
  registry: z.string().optional(),
  /** The address that was asked for a card, and the entry of an AI catalog there. */
  url: z.string().optional(),
  entry: z.string().optional(),
  /** Name and exact version as the registry or card says. */
  server: z.string().optional(),
  version: z.string().optional(),
  /** SHA-256 in hex of the description that the entry was made of. */
  sha256: z.string().optional(),
  /** Which of its ways is used: npm, pypi, oci, nuget, mcpb, streamable-http, sse. */
  type: z.string().optional(),
  /** What a person answered; for a secret the reference to it. */
  inputs: z.record(z.string(), z.string()).optional(),
});

export const serverOptionsSchema = z.object({
  title: z.string().max(100).optional(),
  description: z.string().max(500).optional(),
  enabled: z.boolean().default(true),
  protocolEra: z.enum(['auto', 'legacy', 'modern']).default('auto'),
  sharing: z.enum(['per-client', 'shared']).optional(),
  /** Payload capture in the audit log. */
  capture: z.enum(['none', 'digest', 'redacted', 'full']).default('digest'),
  /** Pass the W3C baggage of a caller’s trace on; it may hold what concerns nobody else. Default: no. */
  passBaggage: z.boolean().optional(),
  timeouts: z
    .object({
      /** Milliseconds from spawn or connect to the answered handshake. Default 30,000. */
      startMs: z.int().min(100).max(600_000).optional(),
      /** Milliseconds without any sign of life for a request. Default 60,000. */
      idleMs: z.int().min(100).max(3_600_000).optional(),
      /** Milliseconds for a request in all, whatever the progress. Default 600,000. */
      totalMs: z.int().min(100).max(86_400_000).optional(),
    })
    .default({}),
  /** How to sign in to a remote server. */
  auth: serverAuthSchema.optional(),
  source: sourceSchema.optional(),
  /** What clients' files say that has no field here; for these clients only. */
  clients: clientLayersSchema.optional(),
});

/** A change to some options. Not `serverOptionsSchema.partial()`: that would fill in the defaults of the absent ones. */
export const serverOptionsPatchSchema = z.object({
  ...serverOptionsSchema.shape,
  enabled: serverOptionsSchema.shape.enabled.unwrap().optional(),
  protocolEra: serverOptionsSchema.shape.protocolEra.unwrap().optional(),
  capture: serverOptionsSchema.shape.capture.unwrap().optional(),
  timeouts: serverOptionsSchema.shape.timeouts.unwrap().optional(),
});

export const serverEntrySchema = z.object({
  name: z.string().min(1),
  endpoint: endpointSchema,
  options: serverOptionsSchema,
});

export type StdioEndpoint = z.infer<typeof stdioEndpointSchema>;
export type RemoteEndpoint = z.infer<typeof remoteEndpointSchema>;
export type Endpoint = z.infer<typeof endpointSchema>;
export type ServerOptions = z.infer<typeof serverOptionsSchema>;
export type ServerEntry = z.infer<typeof serverEntrySchema>;
