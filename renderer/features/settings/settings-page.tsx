// Settings: how Portolan itself behaves. Everything is saved at once and can be undone.
import { Card } from '../../components/card.tsx';
import { PageHead } from '../../components/page-head.tsx';
import { AboutCard } from './about-card.tsx';
import { GeneralCard } from './general-card.tsx';
import { KeychainCard } from './keychain-card.tsx';

export function SettingsPage() {
  return (
    <>
      <PageHead title="Settings" sub="Saved at once." />
      <div className="body">
        <div className="form">
          <Card title="General">
            <GeneralCard />
          </Card>
          <KeychainCard />
          <Card title="About">
            <AboutCard />
          </Card>
        </div>
      </div>
    </>
  );
}
