// Settings: how Portolan itself behaves. Everything is saved at once and can be undone.
import { Tabs } from '@mantine/core';
import { useLocation } from 'wouter';
import { Card } from '../../components/card.tsx';
import { PageHead } from '../../components/page-head.tsx';
import { GatewayTab } from '../gateway/gateway-tab.tsx';
import { ProfilesTab } from '../profiles/profiles-tab.tsx';
import { RegistriesTab } from '../registry/registries-tab.tsx';
import { AboutCard } from './about-card.tsx';
import { GeneralCard } from './general-card.tsx';
import { InputsTab } from './inputs-tab.tsx';
import { KeychainCard } from './keychain-card.tsx';
import { NoticesCard } from './notices-card.tsx';

const TABS = ['general', 'inputs', 'profiles', 'gateway', 'registries', 'notifications'] as const;
const TITLES = {
  general: 'General',
  inputs: 'Inputs',
  profiles: 'Profiles',
  gateway: 'Gateway',
  registries: 'Registries',
  notifications: 'Notifications',
} as const;

export function SettingsPage({ tab }: { readonly tab: string }) {
  const [, navigate] = useLocation();
  const current = TABS.find((known) => known === tab) ?? 'general';
  return (
    <>
      <PageHead title="Settings" sub="Saved at once." />
      <div className="tabs">
        <Tabs
          value={current}
          onChange={(next) => navigate(next === 'general' || next === null ? '/settings' : `/settings/${next}`)}
        >
          <Tabs.List aria-label="Pages of the settings">
            {TABS.map((known) => (
              <Tabs.Tab key={known} value={known} id={`tab-${known}`} aria-controls="tab-panel">
                {TITLES[known]}
              </Tabs.Tab>
            ))}
          </Tabs.List>
        </Tabs>
      </div>
      <div className="body" id="tab-panel" role="tabpanel" aria-labelledby={`tab-${current}`}>
        <div className="form">
          {current === 'general' && (
            <>
              <Card title="General">
                <GeneralCard />
              </Card>
              <KeychainCard />
              <Card title="About">
                <AboutCard />
              </Card>
            </>
          )}
          {current === 'inputs' && <InputsTab />}
          {current === 'profiles' && <ProfilesTab />}
          {current === 'gateway' && <GatewayTab />}
          {current === 'registries' && <RegistriesTab />}
          {current === 'notifications' && <NoticesCard />}
        </div>
      </div>
    </>
  );
}
