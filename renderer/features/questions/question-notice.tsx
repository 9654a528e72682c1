// Says at once to screen readers that a call waits for an answer; the badge and the strip say it to the eye.
import type { Question } from '../../../shared/model/question.ts';

export function QuestionNotice({ questions }: { readonly questions: readonly Question[] }) {
  const newest = questions.at(-1);
  if (newest === undefined) return null;
  return (
    <div className="sr" role="alert" key={newest.id}>
      {newest.server} needs your answer
    </div>
  );
}
