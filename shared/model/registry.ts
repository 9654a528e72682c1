// Servers that a registry, a server card or an AI catalog tells about, and what it takes to add one. All of it is foreign
// text until a person has approved the entry that came of it.
import * as z from 'zod';
import { commandRiskSchema } from './approval.ts';
import { endpointSchema, serverNameSchema } from './server-entry.ts';
import { reasonSchema } from './server-status.ts';

/** A registry that a person uses beside the official one. */
export const registrySettingSchema = z.object({
  name: z.string().regex(/^[a-zA-Z0-9][\w.-]{0,63}$/, { error: 'a name has 1 to 64 letters, digits, dots or dashes' }),
  /** Base address; `/v0.1/servers` follows it. */
  url: z.string().min(1).max(2048),
  /** Sent as bearer token: one reference, never the token itself. */
  token: z
    .string()
    .regex(/^\$\{(?:secret|env):[^{}]+\}$/, { error: 'write a reference such as ${secret:NAME}' })
    .optional(),
});

export const registrySettingsSchema = z
  .array(registrySettingSchema)
  .max(32)
  .refine((list) => new Set(list.map(({ name }) => name.toLowerCase())).size === list.length, {
    error: 'two registries have the same name',
  })
  .refine((list) => list.every(({ name }) => name.toLowerCase() !== 'official'), {
    error: 'the name "official" is that of the official registry',
  });

const statusSchema = z.enum(['active', 'deprecated', 'deleted']);

/** How old an answer is, and why it is not newer. */
const ageShape = {
  /** RFC 3339: when the registry said so. */
  readAt: z.string(),
  /** The registry could not be asked just now: this is what it said last. */
  offline: reasonSchema.optional(),
};

const registryHitSchema = z.object({
  name: z.string(),
  title: z.string().optional(),
  description: z.string(),
  version: z.string(),
  status: statusSchema,
  statusMessage: z.string().optional(),
  updatedAt: z.string().optional(),
  /** What it can be run from: npm, pypi, oci, nuget, mcpb, remote and others. */
  kinds: z.array(z.string()),
});

export const registryPageSchema = z.object({
  registry: z.string(),
  servers: z.array(registryHitSchema),
  nextCursor: z.string().optional(),
  /** Entries of this page that could not be read. */
  skipped: z.int(),
  ...ageShape,
});

/** One question of an install form. */
const installInputSchema = z.object({
  id: z.string(),
  /** Where the answer goes. */
  where: z.enum(['env', 'header', 'argument', 'url', 'setting']),
  label: z.string(),
  description: z.string().optional(),
  required: z.boolean(),
  secret: z.boolean(),
  format: z.enum(['string', 'number', 'boolean', 'filepath']),
  default: z.string().optional(),
  placeholder: z.string().optional(),
  choices: z.array(z.string()).optional(),
  /** Several answers are possible: one a line. */
  repeated: z.boolean(),
});

/** One way in which a server can be used: a package to run, or an address to connect to. */
export const installOptionSchema = z.object({
  id: z.string(),
  kind: z.enum(['package', 'remote']),
  /** npm, pypi, oci, nuget, mcpb, streamable-http, sse … */
  type: z.string(),
  /** Package with its version, or address, as the registry writes it. */
  what: z.string(),
  /** Why this one cannot be used. */
  refused: z.string().optional(),
  /** It is fetched, checked and unpacked before its questions are known. */
  download: z.object({ url: z.string(), sha256: z.string() }).optional(),
  inputs: z.array(installInputSchema),
});

/** Where a description of a server is read: in a registry, or at an address that a person gave. */
export const originSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('registry'),
    /** Name of the registry; the official one when absent. */
    registry: z.string().max(64).optional(),
    server: z.string().min(1).max(256),
    /** Exact; the latest when absent. */
    version: z.string().max(256).optional(),
  }),
  z.object({
    kind: z.literal('url'),
    url: z.string().min(1).max(8192),
    /** Of an AI catalog: which of its entries. */
    entry: z.string().max(1024).optional(),
  }),
]);

export const registryDetailSchema = z.object({
  origin: originSchema,
  server: registryHitSchema,
  websiteUrl: z.string().optional(),
  repositoryUrl: z.string().optional(),
  versions: z.array(z.object({ version: z.string(), status: statusSchema, publishedAt: z.string().optional() })),
  options: z.array(installOptionSchema),
  /** SHA-256 in hex of the description, keys in order. */
  sha256: z.string(),
  /** The description as it came, unknown fields included. */
  raw: z.unknown(),
  ...ageShape,
});

/** The answers to a form, by the ids of its inputs. */
const answersSchema = z.record(z.string().max(512), z.string().max(20_000));

export const installRequestSchema = z.object({
  origin: originSchema,
  option: z.string().max(64),
  /** Name in the catalog; made of the server's name when absent. */
  name: serverNameSchema.optional(),
  values: answersSchema.default({}),
  /** Ids of the secret inputs that will be handed over when it is added. */
  secrets: z.array(z.string().max(512)).default([]),
  /** Name of the entry that this replaces; its own answers stand for those that are missing. */
  update: z.string().max(64).optional(),
});

/** Everything that would run or be contacted, for a person to look at. */
export const installReviewSchema = z.object({
  name: z.string(),
  endpoint: endpointSchema,
  /** What the entry is now, when it is updated. */
  before: endpointSchema.optional(),
  versionBefore: z.string().optional(),
  version: z.string(),
  risks: z.array(commandRiskSchema),
  /** Names under which the secrets will be kept, by input. */
  secretNames: z.record(z.string(), z.string()),
  /** It becomes a program, or contacts another host: it is held after the update until it is approved by itself. */
  held: z.string().optional(),
  /** Names exactly this review: handed back with the word of the person. */
  digest: z.string(),
});

export const outdatedSchema = z.object({
  name: z.string(),
  server: z.string(),
  registry: z.string(),
  version: z.string(),
  latest: z.string().optional(),
  status: statusSchema.optional(),
  statusMessage: z.string().optional(),
  /** `current`; `newer`: another version is the latest; `changed`: the registry says something else about this version. */
  state: z.enum(['current', 'newer', 'changed', 'unknown']),
  problem: reasonSchema.optional(),
});

/** What an address turned out to be. */
export const discoverySchema = z.object({
  url: z.string(),
  kind: z.enum(['card', 'catalog', 'server-json', 'endpoint']),
  /** Descriptions to choose from; none for a bare endpoint. */
  servers: z.array(
    z.object({ entry: z.string().optional(), name: z.string(), description: z.string(), version: z.string() }),
  ),
  /** Entries that could not be read. */
  skipped: z.int(),
  note: z.string().optional(),
});

export type RegistrySetting = z.infer<typeof registrySettingSchema>;
export type RegistryStatus = z.infer<typeof statusSchema>;
export type RegistryHit = z.infer<typeof registryHitSchema>;
export type RegistryPage = z.infer<typeof registryPageSchema>;
export type InstallInput = z.infer<typeof installInputSchema>;
export type InstallOption = z.infer<typeof installOptionSchema>;
export type Origin = z.infer<typeof originSchema>;
export type RegistryDetail = z.infer<typeof registryDetailSchema>;
export type InstallRequest = z.infer<typeof installRequestSchema>;
export type InstallReview = z.infer<typeof installReviewSchema>;
export type Outdated = z.infer<typeof outdatedSchema>;
export type Discovery = z.infer<typeof discoverySchema>;
