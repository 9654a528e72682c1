// Questions of servers that wait for a person.
import * as z from 'zod';
import { questionAnswerSchema, questionSchema } from '../model/question.ts';
import { emptyOutput, procedure } from './base.ts';

export const questions = {
  list: procedure.output(z.array(questionSchema)),
  /** INPUT_INVALID names the field that does not fit the question's schema; the question then stays. */
  answer: procedure.input(questionAnswerSchema.extend({ id: z.string() })).output(emptyOutput),
};
