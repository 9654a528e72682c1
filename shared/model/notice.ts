// Notices: what a person is told outside the window, how it is worded, and what of it is wanted.
import * as z from 'zod';

/** `needs-me`: only what waits for a person. */
const noticeLevelSchema = z.enum(['all', 'needs-me', 'none']);

/** A time of day on this computer, 00:00 to 23:59. */
const timeOfDaySchema = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, { error: 'a time is written like 22:30' });

export const noticeSettingsSchema = z.object({
  /** For every server that `servers` does not name. */
  level: noticeLevelSchema.default('all'),
  /** By name of the server. */
  servers: z.record(z.string().max(256), noticeLevelSchema).default({}),
  /** Hours in which nothing is shown; what came up meanwhile is told together afterwards. `from` may be later than `to`. */
  quiet: z.object({ from: timeOfDaySchema, to: timeOfDaySchema }).nullable().default(null),
  /** Also words of the server: what a task says of itself, and what a question asks. */
  showText: z.boolean().default(false),
});

const noticeKindSchema = z.enum(['finished', 'failed', 'needs-answer', 'expires-soon', 'sign-in']);

const noticeActionSchema = z.enum(['open', 'answer', 'cancel']);

/** One notice as it is shown. Plain text; words of servers in it have their hidden characters made visible. */
const noticeSchema = z.object({
  id: z.string(),
  /** At most 40 characters. */
  title: z.string(),
  /** At most 90 characters. */
  body: z.string(),
  /** Page of the window that it is about, such as `/tasks/ID`. */
  page: z.string(),
  /** `cancel` asks the server to cancel `task`; the others open `page`. */
  actions: z.array(z.object({ id: noticeActionSchema, label: z.string() })),
  task: z.string().optional(),
});

/** For the desktop shell, which shows notices while it runs. `close`: nobody is needed any more. */
export const noticeEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('show'), notice: noticeSchema }),
  z.object({ type: z.literal('close'), id: z.string() }),
]);

export type NoticeSettings = z.infer<typeof noticeSettingsSchema>;
export type NoticeKind = z.infer<typeof noticeKindSchema>;
export type NoticeAction = z.infer<typeof noticeActionSchema>;
export type Notice = z.infer<typeof noticeSchema>;
export type NoticeEvent = z.infer<typeof noticeEventSchema>;
