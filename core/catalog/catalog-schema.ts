// The documented form of catalog.json: what is read from the file, and the JSON Schema made from it.
// Loose at every level: a key that is not known here is someone else's and is kept.
import * as z from 'zod';
import { catalogInputSchema } from '../../shared/model/catalog-input.ts';
import { clientLayerSchema } from '../../shared/model/client-layer.ts';
import { identitySchema } from '../../shared/model/identity.ts';
import { profileSchema } from '../../shared/model/profile.ts';
import { serverAuthSchema } from '../../shared/model/server-auth.ts';
import { serverOptionsSchema } from '../../shared/model/server-entry.ts';

/** The newest `portolan.version` that is understood. */
export const CATALOG_VERSION = 1;

const { title, description, enabled, protocolEra, sharing, capture, passBaggage, timeouts, source } =
  serverOptionsSchema.shape;

const described = {
  title: title.describe('Name for people.'),
  description: description.describe('What the server is for.'),
  portolan: z
    .looseObject({
      enabled,
      protocolEra,
      sharing,
      capture,
      passBaggage,
      timeouts,
      auth: z.looseObject(serverAuthSchema.shape).optional().describe('How to sign in to a remote server.'),
      source,
      clients: z
        .record(z.string(), z.looseObject(clientLayerSchema.shape))
        .optional()
        .describe('By client: keys of its file that mean nothing here and go back to that client only.'),
    })
    .optional()
    .describe('How Portolan treats this server. Other programs may ignore it.'),
};

export const stdioFormSchema = z.looseObject({
  type: z.literal('stdio').optional().describe('May be left out when there is a command.'),
  command: z.string().min(1).describe('Program to start, without arguments.'),
  args: z.array(z.string()).optional(),
  env: z.record(z.string(), z.string()).optional().describe('Environment variables set for the program.'),
  cwd: z.string().optional().describe('Directory to start it in.'),
  ...described,
});

export const remoteFormSchema = z.looseObject({
  type: z
    .enum(['streamable-http', 'http', 'sse', 'http-auto'])
    .optional()
    .describe('`http` is read as `streamable-http`; without a type, `http-auto` tries that first and then `sse`.'),
  url: z.string().min(1).describe('Address of the server, http or https, without user name and password.'),
  headers: z.record(z.string(), z.string()).optional(),
  ...described,
});

const { servers, mode, nameBudget } = profileSchema.shape;

export const profileFormSchema = z.looseObject({
  title: profileSchema.shape.title.describe('Name for people.'),
  servers: servers.describe('Names of servers, in the order in which their tools are listed.'),
  mode: mode.describe('`search`: clients see find_tools and call_tool instead of every tool.'),
  nameBudget: nameBudget.describe('The longest tool name that clients take, in characters.'),
});

const identity = identitySchema.shape;
/** A text of which all that is secret stands elsewhere. */
const reference = z.string().regex(/^\$\{(?:secret|env):[^{}]+\}$/, {
  error: 'write a reference such as ${secret:NAME}: the file holds no secret',
});

export const identityFormSchema = z.looseObject({
  title: identity.title.describe('Name for people.'),
  issuer: identity.issuer.describe('Address of the OpenID provider, exactly as it names itself.'),
  clientId: identity.clientId.describe('Under which Portolan is registered at the provider.'),
  clientSecret: reference.optional().describe('${secret:NAME}; none for a public client.'),
  privateKey: reference.optional().describe('${secret:NAME} of a PKCS #8 key in PEM or a JWK, for private_key_jwt.'),
  keyId: identity.keyId.describe('Key ID that is sent with it.'),
  scopes: identity.scopes.describe('What is asked for at the sign-in.'),
  way: identity.way.describe('`device`: a code that is typed on another device.'),
  redirectPort: identity.redirectPort.describe('Port of the redirect address on 127.0.0.1; without it, any free one.'),
  tokenEndpoint: identity.tokenEndpoint.describe(
    'Where tokens are exchanged, for a provider that publishes no metadata.',
  ),
  allowPrivateNetwork: identity.allowPrivateNetwork.describe('The provider may stand in a private network.'),
});

const input = catalogInputSchema.shape;

export const inputFormSchema = z.looseObject({
  kind: input.kind,
  secret: input.secret.describe('Its value goes to the keychain and has no default.'),
  required: input.required.describe('Without a value, servers that ask for it do not start.'),
  default: input.default.describe('Not for a secret.'),
  choices: input.choices.describe('For the kind `choice`: what can be chosen.'),
  description: input.description.describe('What a person is asked.'),
});

const catalogFileSchema = z
  .looseObject({
    $schema: z.string().optional(),
    mcpServers: z
      .record(z.string(), z.union([stdioFormSchema, remoteFormSchema]))
      .optional()
      .describe(
        'Servers by name. command, args, env, cwd, url and headers may hold ${secret:NAME}, ${input:ID}, ${env:NAME} and ${env:NAME:-default}.',
      ),
    portolan: z
      .looseObject({
        version: z.literal(CATALOG_VERSION).optional().describe('Version of this format.'),
        profiles: z
          .record(z.string(), profileFormSchema)
          .optional()
          .describe('Profiles by name: several servers offered to a client as one.'),
        identities: z
          .record(z.string(), identityFormSchema)
          .optional()
          .describe('Sign-ins at OpenID providers, by name.'),
        inputs: z
          .record(z.string(), inputFormSchema)
          .optional()
          .describe('What servers ask a person for, by id: ${input:ID}.'),
      })
      .optional()
      .describe('What is Portolan’s own.'),
  })
  .meta({ title: 'Portolan catalog' });

/** In a portable file the secrets of a sign-in are inputs. */
const portablePart = {
  portolan: described.portolan
    .unwrap()
    .extend({ auth: z.looseObject({}).optional() })
    .optional(),
};

const portableFileSchema = z
  .strictObject({
    $schema: z.string().optional(),
    format: z.literal('portolan-catalog'),
    version: z.literal(1).describe('Version of this form. A program that knows only earlier ones refuses the file.'),
    mcpServers: z
      .record(z.string(), z.union([stdioFormSchema.extend(portablePart), remoteFormSchema.extend(portablePart)]))
      .optional(),
    profiles: z.record(z.string(), profileFormSchema).optional(),
    identities: z
      .record(
        z.string(),
        z.looseObject({
          ...identityFormSchema.shape,
          clientSecret: z.string().optional(),
          privateKey: z.string().optional(),
        }),
      )
      .optional(),
    inputs: z.record(z.string(), inputFormSchema).optional().describe('What the receiver fills in, secrets among it.'),
  })
  .meta({ title: 'Portable Portolan catalog' });

/** JSON Schema (2020-12) of a portable catalog file; `docs/portable.schema.json` is exactly this. */
export function portableJsonSchema(): object {
  return z.toJSONSchema(portableFileSchema, { io: 'input' });
}

/** JSON Schema (2020-12) of catalog.json as people write it; `docs/catalog.schema.json` is exactly this. */
export function catalogJsonSchema(): object {
  return z.toJSONSchema(catalogFileSchema, { io: 'input' });
}
