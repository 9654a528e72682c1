// Questions of servers that wait for a person: held until somebody answers, the asker takes them back, or ten minutes pass.
// It never opens or fetches a link. (MCP 2025-11-25 and 2026-07-28, Elicitation, Safe URL handling)
import { randomUUID } from 'node:crypto';
import { PortolanError } from '../../shared/errors.ts';
import type { Question, QuestionAnswer } from '../../shared/model/question.ts';
import type { Clock } from '../base/clock.ts';
import { objectOf, textOf } from '../base/json-object.ts';
import { modeOf } from '../eras/elicitation.ts';
import type { Human, HumanAnswer, HumanQuestion } from '../eras/human.ts';
import { isFlatForm, misfitOf, suspiciousFields } from './form-answer.ts';

const MAX_WAITING = 256;
const MAX_PER_SERVER = 30;
const MAX_WAIT_MS = 10 * 60_000;
const CANCEL: HumanAnswer = { action: 'cancel' };

export interface QuestionDeskOptions {
  readonly clock: Clock;
  /** Somebody could see a question now: a window or a browser tab is open. */
  readonly isPresent: () => boolean;
  /** All that wait, oldest first, after every change. */
  readonly onChange: (questions: Question[]) => void;
}

interface Waiting {
  readonly question: Question;
  readonly settle: (answer: HumanAnswer) => void;
}

export class QuestionDesk implements Human {
  readonly #options: QuestionDeskOptions;
  readonly #waiting = new Map<string, Waiting>();

  constructor(options: QuestionDeskOptions) {
    this.#options = options;
  }

  isPresent(): boolean {
    return this.#options.isPresent();
  }

  /** All that wait, oldest first. */
  list(): Question[] {
    return [...this.#waiting.values()].map(({ question }) => question);
  }

  /**
   * Holds a question until it is answered; `cancel` when aborted, after ten minutes, when too many wait (256, of them 30 of one
   * server), or when it cannot be shown: a form that is not flat, an address that is not http(s).
   */
  ask(asked: HumanQuestion, signal: AbortSignal): Promise<HumanAnswer> {
    const { clock } = this.#options;
    const question = readQuestion(asked, new Date(clock.now()).toISOString());
    const ofServer = this.list().filter(({ server }) => server === asked.server).length;
    const isFull = this.#waiting.size >= MAX_WAITING || ofServer >= MAX_PER_SERVER;
    if (question === undefined || isFull || signal.aborted) return Promise.resolve(CANCEL);
    return new Promise((resolve) => {
      const settle = (answer: HumanAnswer): void => {
        if (!this.#waiting.delete(question.id)) return;
        timer.cancel();
        signal.removeEventListener('abort', cancel);
        resolve(answer);
        this.#options.onChange(this.list());
      };
      const cancel = (): void => settle(CANCEL);
      const timer = clock.setTimeout(cancel, MAX_WAIT_MS);
      signal.addEventListener('abort', cancel, { once: true });
      this.#waiting.set(question.id, { question, settle });
      this.#options.onChange(this.list());
    });
  }

  /**
   * Answers a question.
   * @throws PortolanError NOT_FOUND when it does not wait any more; INPUT_INVALID with data.field when a value does not fit the
   *   form: the question then stays
   */
  answer(id: string, { action, content = {} }: QuestionAnswer): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) {
      throw new PortolanError('NOT_FOUND', 'This question does not wait for an answer any more.', {
        hint: 'It was answered elsewhere, taken back, or too old.',
      });
    }
    const { question, settle } = waiting;
    if (action !== 'accept' || question.mode === 'url') {
      settle({ action });
      return;
    }
    const misfit = misfitOf(content, question.schema);
    if (misfit !== undefined) {
      const { field, why } = misfit;
      throw new PortolanError('INPUT_INVALID', `${field} ${why}.`, { data: { field } });
    }
    settle({ action, content });
  }
}

/** The question as it is shown; undefined when it cannot be. */
function readQuestion({ server, client, tool, params }: HumanQuestion, at: string): Question | undefined {
  const message = textOf(params['message']) ?? '';
  const about = { id: randomUUID(), server, client, at, message, ...(tool !== undefined && { tool }) };
  if (modeOf(params) === 'url') {
    const text = textOf(params['url']);
    const link = text !== undefined && URL.canParse(text) ? new URL(text) : undefined;
    if (link === undefined || !/^https?:$/.test(link.protocol)) return undefined;
    // As it will be opened, and as its host's name is written there.
    const punycode = link.hostname.split('.').some((label) => label.startsWith('xn--'));
    return { ...about, mode: 'url', url: link.href, host: link.host, punycode };
  }
  const schema = objectOf(params['requestedSchema']);
  if (!isFlatForm(schema)) return undefined;
  return { ...about, mode: 'form', schema, suspicious: suspiciousFields(schema) };
}
