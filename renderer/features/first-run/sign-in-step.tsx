// Step 4: which servers wait for a sign-in. A browser opens only from the queue, on a press of a button there.
import { Button } from '@mantine/core';
import { useSnapshot } from '../../state/app-context.ts';
import { Empty } from '../../components/empty.tsx';
import { StateLine } from '../../components/state-line.tsx';
import { counted } from '../../words/numbers.ts';
import { StepFrame } from './step-frame.tsx';
import { StepTitle } from './step-title.tsx';

export function SignInStep({ onLeave }: { readonly onLeave: (to: string) => void }) {
  const { servers } = useSnapshot();
  const waiting = servers.filter(({ enabled, state }) => enabled && state === 'needs-sign-in');
  return (
    <StepFrame
      step="sign-in"
      skip={{ label: 'Later', run: () => onLeave('/connections') }}
      foot={
        <span className="row end">
          <Button variant={waiting.length > 0 ? 'default' : 'filled'} onClick={() => onLeave('/connections')}>
            Show connections
          </Button>
          {waiting.length > 0 && <Button onClick={() => onLeave('/identities')}>Open queue</Button>}
        </span>
      }
    >
      <StepTitle
        title={
          waiting.length > 0 ? `${counted(waiting.length, 'server needs', 'servers need')} a sign-in` : 'You are set up'
        }
      >
        {waiting.length > 0
          ? `${waiting.length === 1 ? 'It waits' : 'They wait'} in Identities. One sign-in serves every client.`
          : 'No server asks for a sign-in. When one does, it waits in Identities.'}
      </StepTitle>
      <section className="card" aria-label="Servers that wait for a sign-in">
        {waiting.length === 0 ? (
          <Empty text="Nothing waits for you." />
        ) : (
          <ul className="plain lines">
            {waiting.map(({ name }) => (
              <li key={name}>
                <b className="grow el">{name}</b>
                <StateLine state={{ mark: 'sign-in', word: 'Sign in' }} />
              </li>
            ))}
          </ul>
        )}
      </section>
    </StepFrame>
  );
}
