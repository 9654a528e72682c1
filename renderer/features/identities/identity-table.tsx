// The identities: who is signed in, until when, what each unlocks, and what it was refused.
import { Button } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { Fragment, useState } from 'react';
import type { IdentityStatus } from '../../../shared/model/identity.ts';
import { Reason } from '../../components/reason.tsx';
import { StateLine } from '../../components/state-line.tsx';
import { Visible } from '../../components/visible.tsx';
import { useNow } from '../../state/use-now.ts';
import { cutMiddle } from '../../text/cut.ts';
import { counted } from '../../words/numbers.ts';
import { identityTitle, identityWord, isSignedIn, personName } from '../../words/sign-ins.ts';
import { exact } from '../../words/time.ts';
import { IdentityMenu } from './identity-menu.tsx';
import { SignInFault } from './sign-in-fault.tsx';
import { useSignIn } from './use-sign-in.ts';

const NETWORK = /^(?:CONNECT_|CONNECTION_LOST$|DNS_FAILED$|REQUEST_TIMEOUT$)/;

export function IdentityTable({ identities }: { readonly identities: readonly IdentityStatus[] }) {
  return (
    <table className="table identities" aria-label="Identities">
      <thead>
        <tr>
          <th scope="col">Identity</th>
          <th scope="col">Signed in as</th>
          <th scope="col" className="w-mark">
            Valid
          </th>
          <th scope="col" className="w-act">
            <span className="sr">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {identities.map((identity) => (
          <IdentityRow key={identity.name} identity={identity} />
        ))}
      </tbody>
    </table>
  );
}

function IdentityRow({ identity }: { readonly identity: IdentityStatus }) {
  const now = useNow();
  const signing = useSignIn();
  const [shown, setShown] = useState(false);
  const { name, issuer, unlocks, refused, reason, source, endsAt, state } = identity;
  const title = identityTitle(identity);
  const offline = reason !== undefined && isSignedIn(identity) && NETWORK.test(reason.code);
  const problem = reason !== undefined && !offline;
  return (
    <>
      <tr>
        <th scope="row">
          <span className="el block idname">{title}</span>
          {source === 'managed' ? (
            <span className="xs t2 row plainweight" style={{ gap: 4 }} title={issuer}>
              <IconLock size={11} aria-hidden className="none" />
              <span className="el">Set by your organisation</span>
            </span>
          ) : (
            <span className="xs t3 el block mono plainweight" title={issuer}>
              <Visible text={cutMiddle(issuer.replace(/^https:\/\//, ''), 44)} />
            </span>
          )}
        </th>
        <td className="t2">
          <span className="el block">{personName(identity) ?? '—'}</span>
          <span className="xs t3 el block" title={unlocks.join(', ')}>
            {unlocks.length === 0 ? 'Unlocks no server yet' : `Unlocks ${unlocks.join(', ')}`}
          </span>
        </td>
        <td title={endsAt === undefined ? undefined : exact(endsAt)}>
          <StateLine state={identityWord(identity, now)} quiet />
        </td>
        <td>
          <span className="row actions">
            {!isSignedIn(identity) || state === 'ends-soon' ? (
              <Button
                variant="default"
                size="compact-sm"
                loading={signing.busy}
                aria-label={`${state === 'ends-soon' ? 'Renew' : 'Sign in'}: ${title}`}
                onClick={() => signing.start({ identity: name, again: state === 'ends-soon' })}
              >
                {state === 'ends-soon' ? 'Renew' : 'Sign in'}
              </Button>
            ) : undefined}
            <IdentityMenu identity={identity} />
          </span>
        </td>
      </tr>
      {(refused.length > 0 || problem || offline || signing.fault !== undefined) && (
        <tr className="under">
          <td colSpan={4}>
            <div className="stack">
              {offline && <div className="t2 sm">You stay signed in. Renewal waits for the network.</div>}
              {problem && <SignInFault reason={reason} from={title} target={title} />}
              {signing.fault && <Reason fault={signing.fault} />}
              {refused.length > 0 && (
                <div className="row wrap">
                  <span className="sm mark-blocked">
                    {refused.length} of {counted(Math.max(unlocks.length, refused.length), 'server')} refused:{' '}
                    {refused.map(({ server }) => server).join(', ')}.
                  </span>
                  <Button variant="subtle" size="compact-xs" aria-expanded={shown} onClick={() => setShown(!shown)}>
                    {shown ? 'Hide reason' : 'Show reason'}
                  </Button>
                </div>
              )}
              {shown &&
                refused.map(({ server, reason: said }) => (
                  <Fragment key={server}>
                    <SignInFault reason={{ code: 'IDP_REFUSED', message: said }} from={title} target={server} />
                  </Fragment>
                ))}
            </div>
          </td>
        </tr>
      )}
    </>
  );
}
