// The questions of servers that wait for a person, oldest first.
import { Button } from '@mantine/core';
import { Link } from 'wouter';
import { Empty } from '../../components/empty.tsx';
import { Mark } from '../../components/mark.tsx';
import { PageHead } from '../../components/page-head.tsx';
import { TimeAgo } from '../../components/time-ago.tsx';
import { Visible } from '../../components/visible.tsx';
import { useSnapshot } from '../../state/app-context.ts';
import { cutEnd, cutMiddle } from '../../text/cut.ts';
import { counted } from '../../words/numbers.ts';

export function QuestionsPage() {
  const { questions } = useSnapshot();
  return (
    <>
      <PageHead
        title="Questions"
        sub={questions.length === 0 ? 'None waiting.' : `${counted(questions.length, 'server question')} waiting.`}
        back={{ to: '/connections', label: 'Back to connections' }}
      />
      <div className="body">
        <section className="card" aria-label="Waiting questions">
          {questions.length === 0 ? (
            <Empty text="No question waits. They appear here when a client cannot ask you itself." />
          ) : (
            <ul className="plain lines">
              {questions.map((question) => (
                <li key={question.id}>
                  <Mark kind="input" size={15} />
                  <span className="grow">
                    <span className="block">
                      <b>{question.server}</b>{' '}
                      <span className="t2">
                        for <Visible text={cutMiddle(question.client, 40)} />, <TimeAgo at={question.at} />
                      </span>
                    </span>
                    <span className="t2 sm el block">
                      “<Visible text={cutEnd(question.message.replaceAll(/\s+/g, ' '), 120)} />”
                    </span>
                  </span>
                  <Button
                    component={Link}
                    href={`/questions/${encodeURIComponent(question.id)}`}
                    variant="default"
                    size="compact-sm"
                  >
                    Answer
                  </Button>
                </li>
              ))}
            </ul>
          )}
        </section>
      </div>
    </>
  );
}
