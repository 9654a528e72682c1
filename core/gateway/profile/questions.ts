// What servers of a profile ask its client: each question goes out under an id of ours, and its answer finds the way back.
import { objectOf } from '../../base/json-object.ts';
import { valueKey, withId } from '../../connections/request-id.ts';
import { type Frame, frameOf } from '../../connections/frame.ts';
import { metaOf } from '../../connections/era.ts';
import type { Member } from './member.ts';

interface Question {
  readonly member: Member;
  /** The server's own id, source text. */
  readonly id: string;
  readonly progressToken: string | undefined;
}

export class Questions {
  readonly #asked = new Map<string, Question>();
  #last = 0;

  /** The question as the client gets it. */
  ask(member: Member, frame: Frame): Frame {
    const key = String(++this.#last);
    this.#asked.set(key, { member, id: frame.id ?? '', progressToken: valueKey(metaOf(frame)?.['progressToken']) });
    return withId(frame, key);
  }

  /** Who asked what the client answers under this id (key); undefined when nobody waits. */
  answer(key: string): { member: Member; id: string } | undefined {
    const question = this.#asked.get(key);
    this.#asked.delete(key);
    return question;
  }

  /** The server's `notifications/cancelled` as the client gets it; undefined when it is about no question that waits. */
  cancelled(member: Member, frame: Frame): Frame | undefined {
    const params = objectOf(frame.message['params']) ?? {};
    for (const [ours, question] of this.#asked) {
      if (question.member !== member || valueKey(JSON.parse(question.id)) !== valueKey(params['requestId'])) continue;
      return frameOf({ jsonrpc: '2.0', method: frame.method, params: { ...params, requestId: Number(ours) } });
    }
    return undefined;
  }

  /** Who waits for progress under this token. */
  byToken(token: string): Member | undefined {
    for (const { member, progressToken } of this.#asked.values()) if (progressToken === token) return member;
    return undefined;
  }
}
