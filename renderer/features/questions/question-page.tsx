// One question of a server to a person: who asks, in whose words, and the ways to answer. Whoever answers first decides;
// every other window is told. (MCP, Elicitation)
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { QuestionAnswer } from '../../../shared/model/question.ts';
import { Empty } from '../../components/empty.tsx';
import { Foreign } from '../../components/foreign.tsx';
import { PageHead } from '../../components/page-head.tsx';
import { Reason } from '../../components/reason.tsx';
import { Visible } from '../../components/visible.tsx';
import { useApp, useSnapshot } from '../../state/app-context.ts';
import { useKeys } from '../../state/keys.ts';
import { toast } from '../../state/toast.tsx';
import { useNow } from '../../state/use-now.ts';
import { cutMiddle } from '../../text/cut.ts';
import { type Fault, toFault } from '../../words/fault.ts';
import { ago } from '../../words/time.ts';
import { FormQuestion } from './form-question.tsx';
import { UrlQuestion } from './url-question.tsx';

const SENT = { accept: 'Your answer was sent', decline: 'Declined', cancel: 'Cancelled' } as const;
const BACK = { to: '/connections', label: 'Back to connections' };

/** What the two kinds of questions get to answer with. */
export interface Answering {
  readonly busy: boolean;
  readonly fault: Fault | undefined;
  readonly send: (answer: QuestionAnswer) => void;
}

export function QuestionPage({ id }: { readonly id: string }) {
  const { client } = useApp();
  const { questions, settings } = useSnapshot();
  const [, navigate] = useLocation();
  const now = useNow();
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<Fault>();
  useKeys({ Escape: () => navigate('/connections') }, settings.singleKeyShortcuts);
  const question = questions.find((one) => one.id === id);
  const send = (answer: QuestionAnswer): void => {
    setBusy(true);
    setFault(undefined);
    client.questions.answer({ id, ...answer }).then(
      () => {
        toast(SENT[answer.action]);
        navigate('/connections');
      },
      (error: unknown) => {
        setBusy(false);
        setFault(toFault(error));
      },
    );
  };
  if (question === undefined) {
    return (
      <>
        <PageHead title="Question" back={BACK} />
        <div className="body">
          {fault && fault.code !== 'NOT_FOUND' ? (
            <Reason fault={fault} />
          ) : (
            <section className="card" aria-label="Question">
              <Empty text="This question is over: it was answered in another window, or its call has ended." />
            </section>
          )}
        </div>
      </>
    );
  }
  const answering: Answering = { busy, fault, send };
  return (
    <>
      <PageHead
        title={<span className="el">{question.server} needs your answer</span>}
        sub={
          <>
            {question.tool === undefined ? 'A call' : <span className="mono">{cutMiddle(question.tool, 64)}</span>}{' '}
            waits, for <Visible text={cutMiddle(question.client, 60)} />. Asked {ago(question.at, now)}.
          </>
        }
        back={BACK}
      />
      <div className="body">
        <section className="card question" aria-label={`Question of ${question.server}`}>
          <div className="cardb stack">
            <Foreign text={question.message} from={question.server} />
            {question.mode === 'form' ? (
              <FormQuestion question={question} answering={answering} />
            ) : (
              <UrlQuestion question={question} answering={answering} />
            )}
          </div>
        </section>
      </div>
    </>
  );
}
