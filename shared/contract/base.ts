// The builder that every domain of the contract starts from: one typed error map with the stable codes.
import { oc } from '@orpc/contract';
import * as z from 'zod';
import { ERROR_CODES } from '../errors.ts';
import { httpStatusOf } from '../http-status.ts';

/** What an error carries over the wire beside its code and message. */
export const errorDataSchema = z.object({
  hint: z.string().optional(),
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).optional(),
});

const errorMap = Object.fromEntries(
  ERROR_CODES.map((code) => [code, { status: httpStatusOf(code), data: errorDataSchema.optional() }]),
) as {
  [Code in (typeof ERROR_CODES)[number]]: { status: number; data: z.ZodOptional<typeof errorDataSchema> };
};

/** A procedure that may fail with any of Portolan's codes. */
export const procedure = oc.errors(errorMap);

export const nameInput = z.object({ name: z.string().min(1).max(256) });
export const emptyOutput = z.object({});
