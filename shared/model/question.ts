// What a server asks a person through Portolan's own window, because the client cannot ask. (MCP, Elicitation)
import * as z from 'zod';

const aboutSchema = z.object({
  id: z.string(),
  server: z.string(),
  /** Name that the client gave. */
  client: z.string(),
  /** Tool whose call waits, where it is known. */
  tool: z.string().optional(),
  at: z.string(),
  /** The server's words. */
  message: z.string(),
});

export const questionSchema = z.discriminatedUnion('mode', [
  aboutSchema.extend({
    mode: z.literal('form'),
    /** JSON Schema of a flat object, as the server sent it. */
    schema: z.record(z.string(), z.unknown()),
    /** Names of fields that look like credentials; a form must not ask for those. */
    suspicious: z.array(z.string()).default([]),
  }),
  aboutSchema.extend({
    mode: z.literal('url'),
    url: z.string(),
    /** Host as it will be opened. */
    host: z.string(),
    /** The host's name is written with other letters than it seems. */
    punycode: z.boolean(),
  }),
]);

export const questionAnswerSchema = z.object({
  action: z.enum(['accept', 'decline', 'cancel']),
  /** For `accept` of a form: the values by field name. */
  content: z.record(z.string(), z.unknown()).optional(),
});

export type Question = z.infer<typeof questionSchema>;
export type QuestionAnswer = z.infer<typeof questionAnswerSchema>;
