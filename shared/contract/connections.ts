// The live picture: who reaches what, which processes run, what went over one session.
import * as z from 'zod';
import { connectionMatrixSchema, serverProcessSchema, traceFrameSchema } from '../model/connection.ts';
import { emptyOutput, procedure } from './base.ts';

export const connections = {
  matrix: procedure.output(connectionMatrixSchema),
  processes: procedure.output(z.array(serverProcessSchema)),
  /** Ends the process tree of one root process of a server; the next request starts it again. */
  stopProcess: procedure.input(z.object({ pid: z.int() })).output(emptyOutput),
  /** Ends one session; its client sees an error that says so. */
  endSession: procedure.input(z.object({ session: z.string() })).output(emptyOutput),
  /** The last 200 messages of a session, oldest first; empty when nothing was kept. */
  trace: procedure.input(z.object({ session: z.string() })).output(z.array(traceFrameSchema)),
};
