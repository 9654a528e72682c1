// A question as a form from its schema: fill in, review what will be sent, send. Nothing leaves before the review.
import { Button } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { Question } from '../../../shared/model/question.ts';
import { Note } from '../../components/note.tsx';
import { Reason } from '../../components/reason.tsx';
import { Visible } from '../../components/visible.tsx';
import { cutMiddle } from '../../text/cut.ts';
import { visibleString } from '../../text/visible-tokens.ts';
import { Fields } from '../server/schema-fields.tsx';
import { rootField, type Typed } from '../server/schema-form.ts';
import { argumentsOf, isGroup, type Problem } from '../server/schema-values.ts';
import { defaultsOf, limitProblems } from './form-rules.ts';
import type { Answering } from './question-page.tsx';

export function FormQuestion({
  question,
  answering,
  place,
}: {
  readonly question: Extract<Question, { mode: 'form' }>;
  readonly answering: Answering;
  /** Which of several on one page, such as `1 of 2`. */
  readonly place?: string;
}) {
  const of = place === undefined ? '' : ` ${place}`;
  const { schema, server, suspicious } = question;
  const root = useMemo(() => rootField(schema), [schema]);
  const [typed, setTyped] = useState<Typed>(() => defaultsOf(root, schema));
  const [problems, setProblems] = useState<readonly Problem[]>([]);
  const [reviewed, setReviewed] = useState<Readonly<Record<string, unknown>>>();
  const review = (): void => {
    const made = argumentsOf(root, typed);
    const found = [...made.problems, ...limitProblems(schema, made.value)];
    setProblems(found);
    if (found.length === 0) setReviewed(made.value);
  };
  const edit = (): void => setReviewed(undefined);
  if (suspicious.length > 0) {
    return (
      <>
        <Note
          tone="policy"
          title={`This form asks for what looks like a credential: ${suspicious.map((name) => visibleString(cutMiddle(name, 40))).join(', ')}.`}
          text="A form must not. Never type a password here. Decline; nothing was sent."
        />
        <Refusals answering={answering} />
      </>
    );
  }
  if (reviewed !== undefined) {
    return (
      <section className="stack" aria-label={`Review${of}`}>
        <h2 className="section">This will be sent to {server}</h2>
        {Object.keys(reviewed).length === 0 ? (
          <p className="t2 plainp">An empty answer.</p>
        ) : (
          <dl className="dl wide">
            {Object.entries(reviewed).map(([name, value]) => (
              <div key={name} style={{ display: 'contents' }}>
                <dt className="mono">
                  <Visible text={cutMiddle(name, 64)} />
                </dt>
                <dd className="mono">
                  <Visible text={typeof value === 'string' ? value : JSON.stringify(value)} />
                </dd>
              </div>
            ))}
          </dl>
        )}
        {answering.fault && <Reason fault={answering.fault} action={{ label: 'Change the answer', run: edit }} />}
        <div className="row wrap">
          <Button
            loading={answering.busy}
            onClick={() => answering.send({ action: 'accept', content: { ...reviewed } })}
          >
            Send answer
          </Button>
          <Button variant="default" onClick={edit}>
            Change
          </Button>
          <span className="end" />
          <RefusalButtons answering={answering} />
        </div>
      </section>
    );
  }
  return (
    <form
      className="stack"
      aria-label={`Answer${of}`}
      noValidate
      autoComplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        review();
      }}
    >
      <Fields fields={root.fields} held={isGroup(typed) ? typed : {}} path="" problems={problems} onChange={setTyped} />
      <div className="row wrap">
        <Button type="submit">Review answer</Button>
        <span className="t3 sm">Never type a password here.</span>
        <span className="end" />
        <RefusalButtons answering={answering} />
      </div>
    </form>
  );
}

/** The two ways out that send nothing; present in every state of a question. */
export function RefusalButtons({ answering }: { readonly answering: Answering }) {
  return (
    <>
      <Button variant="default" disabled={answering.busy} onClick={() => answering.send({ action: 'decline' })}>
        Decline
      </Button>
      <Button variant="subtle" disabled={answering.busy} onClick={() => answering.send({ action: 'cancel' })}>
        Cancel
      </Button>
    </>
  );
}

export function Refusals({ answering }: { readonly answering: Answering }) {
  return (
    <div className="row wrap">
      {answering.fault && <Reason fault={answering.fault} />}
      <span className="end" />
      <RefusalButtons answering={answering} />
    </div>
  );
}
