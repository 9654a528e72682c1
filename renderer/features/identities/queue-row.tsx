// One sign-in that waits for a person or is under way: what it is for, why, which rights, whose page, and one button.
import { Button } from '@mantine/core';
import { IconExternalLink } from '@tabler/icons-react';
import { Fragment } from 'react';
import type { SignIn } from '../../../shared/model/identity.ts';
import { Mark } from '../../components/mark.tsx';
import { Reason } from '../../components/reason.tsx';
import { TimeAgo } from '../../components/time-ago.tsx';
import { Visible } from '../../components/visible.tsx';
import { cutMiddle } from '../../text/cut.ts';
import { callsWaiting, clientWords, whyWaiting } from '../../words/sign-ins.ts';
import { AskedHost } from './asked-host.tsx';
import { DeviceCode } from './device-code.tsx';
import { isSaidByOthers, SignInFault } from './sign-in-fault.tsx';
import { useSignIn } from './use-sign-in.ts';

/** `title`: what a person calls the server or identity. `first`: the one filled button of the page. */
export function QueueRow({
  signIn,
  title,
  first,
}: {
  readonly signIn: SignIn;
  readonly title: string;
  readonly first: boolean;
}) {
  const signing = useSignIn();
  const calls = callsWaiting(signIn);
  const why = whyWaiting(signIn);
  const { state, kind, reason, device, clients, since } = signIn;
  const underWay = state === 'under-way';
  const refused = state === 'failed' || (reason !== undefined && isSaidByOthers(reason));
  return (
    <li className="signin" aria-label={title}>
      <Mark kind={underWay ? 'starting' : state === 'failed' ? 'failed' : 'sign-in'} size={17} />
      <div className="signinwhat">
        <div className="row wrap">
          <b>{title}</b>
          {calls !== undefined && <span className="chip waits">{calls}</span>}
          <span className="t3 sm">
            {kind !== 'step-up' && clients.length > 0 && `${clientWords(clients)}, `}
            <TimeAgo at={since} />
          </span>
        </div>
        {why !== '' && <div className="anywhere">{why}</div>}
        {reason !== undefined && !refused && <Why reason={reason} />}
        <Rights signIn={signIn} />
        {reason !== undefined && refused && (
          <SignInFault reason={reason} from={signIn.authorizationHost ?? title} target={title} />
        )}
        {signing.fault && <Reason fault={signing.fault} />}
        {underWay && device !== undefined && <DeviceCode signIn={signIn} signing={signing} />}
      </div>
      <AskedHost signIn={signIn} />
      <div className="signinact">
        {underWay && device === undefined && (
          <>
            <div className="sm" role="status">
              Waiting for your browser. You can close this; it goes on.
            </div>
            <Button variant="default" loading={signing.busy} onClick={() => signing.openAgain(signIn)}>
              Open again
            </Button>
            <Button variant="subtle" disabled={signing.busy} onClick={() => signing.cancel(signIn)}>
              Cancel
            </Button>
          </>
        )}
        {!underWay && (
          <>
            <Button
              variant={first ? 'filled' : 'default'}
              rightSection={<IconExternalLink size={14} />}
              loading={signing.busy}
              aria-label={`${verbOf(signIn)}: ${title}`}
              onClick={() => signing.start({ id: signIn.id })}
            >
              {verbOf(signIn)}
            </Button>
            <Button variant="subtle" disabled={signing.busy} onClick={() => signing.cancel(signIn)}>
              {kind === 'step-up' ? 'Refuse and fail the call' : 'Not now'}
            </Button>
          </>
        )}
      </div>
    </li>
  );
}

function verbOf({ kind, state, newScopes }: SignIn): string {
  if (state === 'failed') return 'Try again';
  return kind !== 'step-up' ? 'Sign in' : newScopes.length > 1 ? 'Grant the new rights' : 'Grant the new right';
}

function Why({ reason }: { readonly reason: NonNullable<SignIn['reason']> }) {
  return (
    <div className="anywhere">
      <Visible text={cutMiddle(reason.message, 300)} />
      {/[.!?]$/.test(reason.message) ? '' : '.'}
    </div>
  );
}

function Rights({ signIn: { scopes, newScopes } }: { readonly signIn: SignIn }) {
  if (scopes.length === 0) return null;
  return (
    <div className="t2 sm anywhere">
      Rights asked for:{' '}
      {scopes.map((scope, at) => (
        <Fragment key={scope}>
          {at > 0 && ', '}
          <span className={newScopes.includes(scope) ? 'mono b' : 'mono'}>
            <Visible text={cutMiddle(scope, 100)} />
            {newScopes.includes(scope) && ' (new)'}
          </span>
        </Fragment>
      ))}
    </div>
  );
}
