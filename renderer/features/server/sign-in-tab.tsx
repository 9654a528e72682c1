// How one remote server is signed in: its state, whose tokens it takes, for which rights, and the ways in and out.
import { Button } from '@mantine/core';
import { IconExternalLink } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'wouter';
import type { ServerSignIn } from '../../../shared/model/identity.ts';
import { Card } from '../../components/card.tsx';
import { Confirm } from '../../components/confirm.tsx';
import { DataList, type Fact } from '../../components/data-list.tsx';
import { Empty } from '../../components/empty.tsx';
import { Reason } from '../../components/reason.tsx';
import { StateLine } from '../../components/state-line.tsx';
import { Visible } from '../../components/visible.tsx';
import { useApp, useSnapshot } from '../../state/app-context.ts';
import { toast, toastFault } from '../../state/toast.tsx';
import { useNow } from '../../state/use-now.ts';
import { toFault } from '../../words/fault.ts';
import { serverSignInWord, wayWord } from '../../words/sign-ins.ts';
import { exact } from '../../words/time.ts';
import { QueueRow } from '../identities/queue-row.tsx';
import { SignInFault } from '../identities/sign-in-fault.tsx';
import { useSignIn } from '../identities/use-sign-in.ts';

const REGISTRATIONS = {
  'pre-registered': 'Given by the operator',
  'metadata-document': 'Published document of Portolan',
  dynamic: 'Registered by Portolan',
} as const;

const REVOKED = {
  yes: 'Its tokens were revoked.',
  later: 'Its tokens are revoked when the server answers.',
  'not-offered': 'Its tokens end by themselves.',
} as const;

export function SignInTab({ name }: { readonly name: string }) {
  const { signIns, serverSignIns } = useSnapshot();
  const status = serverSignIns.find(({ server }) => server === name);
  const queue = signIns.filter(({ kind, target }) => kind !== 'identity' && target === name);
  return (
    <div className="body" tabIndex={0} role="group" aria-label="Sign-in">
      {queue.length > 0 && (
        <Card title="Waiting for you">
          <ul className="plain">
            {queue.map((signIn, at) => (
              <QueueRow key={signIn.id} signIn={signIn} title={name} first={at === 0} />
            ))}
          </ul>
        </Card>
      )}
      {status === undefined ? (
        <section className="card" aria-label="Sign-in">
          <Empty text="This server has not been asked yet whether it wants a sign-in." />
        </section>
      ) : (
        <SignInCard status={status} waits={queue.length > 0} />
      )}
    </div>
  );
}

function SignInCard({ status, waits }: { readonly status: ServerSignIn; readonly waits: boolean }) {
  const { client } = useApp();
  const { identities } = useSnapshot();
  const now = useNow();
  const signing = useSignIn();
  const [asking, setAsking] = useState(false);
  const { server, way, state, reason } = status;
  const isIn = state === 'signed-in' || state === 'ends-soon';
  const canSignIn = way !== 'none' && way !== 'header';
  const signOut = async (): Promise<void> => {
    try {
      const { revoked } = await client.signIns.signOut({ name: server });
      toast(`Signed out of ${server}. ${REVOKED[revoked]}`);
    } catch (error) {
      toastFault(toFault(error));
    }
  };
  return (
    <Card title="Sign-in" right={<StateLine state={serverSignInWord(status, now)} />}>
      <div className="cardb stack">
        {reason !== undefined && (
          <SignInFault reason={reason} from={refuserOf(status, wayWord(status, identities))} target={server} />
        )}
        {signing.fault && <Reason fault={signing.fault} />}
        <DataList facts={factsOf(status, wayWord(status, identities))} />
        <div className="row wrap">
          {canSignIn && !waits && (
            <Button
              variant={isIn || state === 'refused' ? 'default' : 'filled'}
              rightSection={<IconExternalLink size={14} />}
              loading={signing.busy}
              onClick={() => signing.start({ server, again: isIn })}
            >
              {isIn ? 'Sign in again' : state === 'refused' ? 'Try again' : 'Sign in'}
            </Button>
          )}
          {isIn && canSignIn && (
            <Button variant="default" onClick={() => setAsking(true)}>
              Sign out…
            </Button>
          )}
          <Button component={Link} href={`/servers/${encodeURIComponent(server)}/edit`} variant="subtle">
            Change the way
          </Button>
        </div>
      </div>
      <Confirm
        opened={asking}
        title={`Sign out of ${server}?`}
        text="Its tokens are forgotten here and revoked there. Calls need a sign-in again."
        verb="Sign out"
        onClose={() => setAsking(false)}
        onConfirm={() => void signOut()}
      />
    </Card>
  );
}

/** Who refused: the identity's provider, else the authorization server. */
function refuserOf({ way, issuer, server }: ServerSignIn, through: string): string {
  if (way === 'enterprise') return through.replace(/^Through /, '');
  return issuer ?? server;
}

function factsOf(status: ServerSignIn, way: string): Fact[] {
  const mono = (term: string, text: string | undefined): Fact[] =>
    text === undefined
      ? []
      : [
          {
            term,
            value: (
              <span className="mono">
                <Visible text={text} />
              </span>
            ),
          },
        ];
  const { issuer, clientId, registration, resource, scopes, expiresAt, renews, bound } = status;
  return [
    { term: 'Way', value: way },
    ...mono('Issuer', issuer),
    ...mono('Client id', clientId),
    ...(registration === undefined ? [] : [{ term: 'Registration', value: REGISTRATIONS[registration] }]),
    ...mono('Resource', resource),
    ...mono('Rights', scopes.length === 0 ? undefined : scopes.join(', ')),
    ...(expiresAt === undefined ? [] : [{ term: 'Ends', value: exact(expiresAt) }]),
    { term: 'Renews', value: renews ? 'By itself' : 'No' },
    ...(bound ? [{ term: 'Bound', value: 'To a key of this computer' }] : []),
  ];
}
