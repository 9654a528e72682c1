// Profiles: several servers offered as one.
import * as z from 'zod';
import { profileSchema, profileStatusSchema } from '../model/profile.ts';
import { emptyOutput, nameInput, procedure } from './base.ts';

export const profiles = {
  list: procedure.output(z.array(profileSchema)),
  /** Connects to nothing: tells what is known of the members now. */
  status: procedure.input(nameInput).output(profileStatusSchema),
  create: procedure.input(profileSchema).output(profileSchema),
  update: procedure
    .input(
      nameInput.extend({
        title: profileSchema.shape.title,
        servers: profileSchema.shape.servers.optional(),
        mode: profileSchema.shape.mode.unwrap().optional(),
        nameBudget: profileSchema.shape.nameBudget.unwrap().optional(),
      }),
    )
    .output(profileSchema),
  rename: procedure.input(nameInput.extend({ to: profileSchema.shape.name })).output(profileSchema),
  remove: procedure.input(nameInput).output(emptyOutput),
};
