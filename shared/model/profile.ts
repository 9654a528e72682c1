// A profile: several servers of the catalog offered to a client as one.
import * as z from 'zod';
import { SERVER_NAME_PATTERN } from './server-name.ts';

export const profileSchema = z.object({
  name: z.string().regex(SERVER_NAME_PATTERN),
  title: z.string().max(100).optional(),
  /** Names in the catalog, in the order in which their tools are listed. */
  servers: z.array(z.string()).max(200),
  /** `search`: clients see `find_tools` and `call_tool` instead of every tool. */
  mode: z.enum(['all', 'search']).default('all'),
  /** The longest tool name that its clients take, in characters. */
  nameBudget: z.int().min(20).max(128).default(64),
});

/** What a profile offers right now. */
export const profileStatusSchema = z.object({
  profile: profileSchema,
  sessions: z.int(),
  members: z.array(
    z.object({
      server: z.string(),
      state: z.enum(['ready', 'pending', 'missing']),
      tools: z.int().optional(),
      /** Why a member is missing. */
      reason: z.object({ code: z.string(), message: z.string() }).optional(),
    }),
  ),
  /** Tools that are offered under another name than `server__tool`. */
  renamed: z.array(z.object({ server: z.string(), tool: z.string(), as: z.string() })),
});

export type Profile = z.infer<typeof profileSchema>;
export type ProfileStatus = z.infer<typeof profileStatusSchema>;
