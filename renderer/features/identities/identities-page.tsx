// As whom the person is signed in, what waits for a sign-in, what ends soon, and what each sign-in unlocks.
import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { Link, useLocation } from 'wouter';
import { Card } from '../../components/card.tsx';
import { Empty } from '../../components/empty.tsx';
import { PageHead } from '../../components/page-head.tsx';
import { Reason } from '../../components/reason.tsx';
import { useSnapshot } from '../../state/app-context.ts';
import { useKeys } from '../../state/keys.ts';
import { faultOf } from '../../words/fault.ts';
import { counted } from '../../words/numbers.ts';
import { identityTitle } from '../../words/sign-ins.ts';
import { IdentityTable } from './identity-table.tsx';
import { QueueRow } from './queue-row.tsx';
import { ServerSignIns } from './server-sign-ins.tsx';

export function IdentitiesPage() {
  const { signIns, identities, serverSignIns, settings, vault } = useSnapshot();
  const [, navigate] = useLocation();
  useKeys({ Escape: () => navigate('/connections') }, settings.singleKeyShortcuts);
  const waiting = signIns.filter(({ state }) => state !== 'under-way');
  const none = signIns.length === 0 && identities.length === 0;
  const titleOf = (name: string, kind: string): string => {
    const known = kind === 'identity' ? identities.find((identity) => identity.name === name) : undefined;
    return known === undefined ? name : identityTitle(known);
  };
  return (
    <>
      <PageHead
        title="Identities"
        sub={
          <>
            {identities.length === 0 ? 'No identity' : counted(identities.length, 'identity', 'identities')},{' '}
            {waiting.length === 0 ? 'nothing waits' : `${counted(waiting.length, 'sign-in')} waiting`}.
            <span className="hide-narrow"> A browser opens only when you press a button here.</span>
          </>
        }
      >
        <Button
          component={Link}
          href="/identities/add"
          variant={none ? 'filled' : 'default'}
          leftSection={<IconPlus size={14} />}
        >
          Add identity
        </Button>
      </PageHead>
      <div className="body">
        {vault.state === 'locked' && (
          <Reason
            tone="warn"
            fault={{ ...faultOf({ code: 'KEYCHAIN_LOCKED', message: '' }), cause: 'Unlock the keychain to sign in.' }}
            action={{ label: 'Open keychain', to: '/settings' }}
          />
        )}
        {signIns.length > 0 && (
          <Card title="Waiting for you" right="oldest first">
            <ul className="plain">
              {signIns.map((signIn) => (
                <QueueRow
                  key={signIn.id}
                  signIn={signIn}
                  title={titleOf(signIn.target, signIn.kind)}
                  first={signIn.id === waiting[0]?.id}
                />
              ))}
            </ul>
          </Card>
        )}
        <Card title="Identities">
          {identities.length === 0 ? (
            <Empty text="No identity. Add your organisation’s sign-in once, and every allowed server opens with it.">
              <Button component={Link} href="/identities/add" variant="default">
                Add identity
              </Button>
            </Empty>
          ) : (
            <IdentityTable identities={identities} />
          )}
        </Card>
        {serverSignIns.length > 0 && <ServerSignIns statuses={serverSignIns} identities={identities} />}
      </div>
    </>
  );
}
