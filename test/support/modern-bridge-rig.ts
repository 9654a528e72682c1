// A bridge over the scripted legacy server in memory, with a clock that stands still, and what the server was sent.
import type { Human } from '../../core/eras/human.ts';
import { inMemory } from './legacy-servers.ts';
import { ManualClock } from './manual-clock.ts';
import { type Json, ModernCaller } from './modern-caller.ts';
import type { RecordingUpstream } from './recording-upstream.ts';

export interface Rig {
  readonly caller: ModernCaller;
  readonly server: RecordingUpstream;
  readonly clock: ManualClock;
}

export async function openRig(
  options: { capabilities?: object; principal?: string; human?: Human } = {},
): Promise<Rig> {
  const clock = new ManualClock();
  const servers: RecordingUpstream[] = [];
  const caller = await ModernCaller.open(
    inMemory((upstream) => void servers.push(upstream)),
    { clock, ...options },
  );
  const [server] = servers;
  if (server === undefined) throw new Error('no server was opened');
  return { caller, server, clock };
}

/** Messages of this method, as the server got them. */
export const sent = ({ server }: Rig, method: string): Json[] =>
  server.frames.filter((frame) => frame.method === method).map(({ message }) => message);
/** Answers to this question of the server. */
export const answersTo = ({ server }: Rig, id: string): unknown[] =>
  server.frames.filter((frame) => frame.kind === 'response' && frame.id === `"${id}"`).map(({ message }) => message);
