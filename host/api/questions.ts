// Procedures on the questions that servers ask a person.
import type { HostParts } from '../parts.ts';
import { definedOnly } from './defined-only.ts';
import type { DomainImplementer } from './implementer.ts';

export function questionsApi(os: DomainImplementer<'questions'>, { questions }: Pick<HostParts, 'questions'>) {
  return {
    list: os.list.handler(() => questions.list()),
    answer: os.answer.handler(({ input: { id, ...answer } }) => {
      questions.answer(id, { action: answer.action, ...definedOnly({ content: answer.content }) });
      return {};
    }),
  };
}
