// What a notice can be about: one thing that happened, or that waits for a person. Types only.
import type { NoticeKind } from '../../shared/model/notice.ts';

export interface Occasion {
  /** The same thing has the same key, in every run of the host. It is told once. */
  readonly key: string;
  readonly kind: NoticeKind;
  /** Server, or identity, that it comes from. */
  readonly server: string;
  readonly tool?: string;
  /** Local id of the task. */
  readonly task?: string;
  /** Page of the window where it is dealt with. */
  readonly page: string;
}

/** True for what waits for a person; the rest is only worth knowing. */
export function needsPerson({ kind }: Pick<Occasion, 'kind'>): boolean {
  return kind === 'needs-answer' || kind === 'expires-soon' || kind === 'sign-in';
}
