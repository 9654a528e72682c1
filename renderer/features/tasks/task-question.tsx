// One question of a task: the server named, its words apart, and the same form, review and refusals as for any other question.
// Several can be answered one after the other. (MCP, Elicitation; extension tasks, inputRequests)
import { Button } from '@mantine/core';
import { useState } from 'react';
import type { Question, QuestionAnswer } from '../../../shared/model/question.ts';
import type { Task } from '../../../shared/model/task.ts';
import { CopyButton } from '../../components/copy-button.tsx';
import { Foreign } from '../../components/foreign.tsx';
import { Note } from '../../components/note.tsx';
import { Reason } from '../../components/reason.tsx';
import { Visible } from '../../components/visible.tsx';
import { useApp } from '../../state/app-context.ts';
import { toast } from '../../state/toast.tsx';
import { type Fault, toFault } from '../../words/fault.ts';
import { FormQuestion, RefusalButtons } from '../questions/form-question.tsx';
import type { Answering } from '../questions/question-page.tsx';
import { askedOf } from './asked-of.ts';

const SENT = { accept: 'Your answer was sent', decline: 'Declined', cancel: 'Refused without an answer' } as const;

export interface TaskQuestionProps {
  readonly task: Task;
  readonly input: Task['inputs'][number];
  /** `1 of 2`. */
  readonly place: string;
}

export function TaskQuestion({ task, input, place }: TaskQuestionProps) {
  const { client } = useApp();
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<Fault>();
  const asked = askedOf(input.request);
  const send = ({ action, content }: QuestionAnswer): void => {
    setBusy(true);
    setFault(undefined);
    const answer = content === undefined ? { action } : { action, content };
    client.tasks.answer({ id: task.id, answers: { [input.key]: answer } }).then(
      () => toast(SENT[action]),
      (error: unknown) => {
        setBusy(false);
        setFault(toFault(error));
      },
    );
  };
  const answering: Answering = { busy, fault, send };
  return (
    <section className="taskask" aria-label={`Question ${place} of ${task.server}`}>
      <div className="row">
        <h3 className="b">{task.server} asks for your answer</h3>
        <span className="end t3 sm none">{place}</span>
      </div>
      {asked.kind === 'other' ? (
        <>
          <Foreign text={JSON.stringify(input.request, null, 2)} from={task.server} code lines={12} />
          <Note
            tone="warn"
            title="This is no question that a form can answer."
            text={`Answer it with: portolan tasks answer ${task.id.slice(0, 8)} JSON`}
          />
        </>
      ) : (
        <Foreign text={asked.message} from={task.server} />
      )}
      {asked.kind === 'form' && (
        <FormQuestion
          question={questionOf(task, input, asked.message, asked.schema)}
          answering={answering}
          place={place}
        />
      )}
      {asked.kind === 'url' && <AskedAddress url={asked.url} answering={answering} />}
    </section>
  );
}

/** An address is copied, never opened from here: its host may be anybody's. */
function AskedAddress({ url, answering }: { readonly url: string; readonly answering: Answering }) {
  return (
    <>
      <div className="row top">
        <span className="mono anywhere grow">
          <Visible text={url} />
        </span>
        <CopyButton text={url} label="Copy address" />
      </div>
      <p className="t2 sm plainp">Open it in your browser if you trust its host, then say so here.</p>
      {answering.fault && <Reason fault={answering.fault} />}
      <div className="row wrap">
        <Button loading={answering.busy} onClick={() => answering.send({ action: 'accept' })}>
          I have finished there
        </Button>
        <span className="end" />
        <RefusalButtons answering={answering} />
      </div>
    </>
  );
}

function questionOf(
  { client, server, tool }: Task,
  { at, key, suspicious }: Task['inputs'][number],
  message: string,
  schema: Readonly<Record<string, unknown>>,
): Extract<Question, { mode: 'form' }> {
  return { id: key, server, client, tool, at, message, mode: 'form', schema: { ...schema }, suspicious };
}
