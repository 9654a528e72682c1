// An identity that an organisation set: to be read, not changed.
import type { IdentityStatus } from '../../../shared/model/identity.ts';
import { Card } from '../../components/card.tsx';
import { DataList } from '../../components/data-list.tsx';
import { Note } from '../../components/note.tsx';
import { PageHead } from '../../components/page-head.tsx';
import { Visible } from '../../components/visible.tsx';
import { identityTitle } from '../../words/sign-ins.ts';

export function ManagedIdentity({ identity }: { readonly identity: IdentityStatus }) {
  const { issuer, clientId, scopes, way, unlocks } = identity;
  const mono = (text: string) => (
    <span className="mono">
      <Visible text={text} />
    </span>
  );
  return (
    <>
      <PageHead title={identityTitle(identity)} back={{ to: '/identities', label: 'Back to identities' }} />
      <div className="body">
        <div className="form">
          <Note
            tone="policy"
            title="Set by your organisation."
            text="You can sign in with it; only they can change it."
          />
          <Card title="Provider">
            <div className="cardb">
              <DataList
                facts={[
                  { term: 'Name', value: mono(identity.name) },
                  { term: 'Issuer', value: mono(issuer) },
                  { term: 'Client id', value: mono(clientId) },
                  { term: 'Rights', value: mono(scopes.join(' ')) },
                  { term: 'Way', value: way === 'device' ? 'Code on another device' : 'Browser' },
                  { term: 'Unlocks', value: unlocks.length === 0 ? 'No server yet' : unlocks.join(', ') },
                ]}
              />
            </div>
          </Card>
        </div>
      </div>
    </>
  );
}
