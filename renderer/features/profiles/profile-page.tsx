// One profile, new or known: which servers in which order, how their tools are offered, and under what names.
import { Button, NumberInput, SegmentedControl, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { Profile } from '../../../shared/model/profile.ts';
import { Card } from '../../components/card.tsx';
import { Confirm } from '../../components/confirm.tsx';
import { PageHead } from '../../components/page-head.tsx';
import { Reason } from '../../components/reason.tsx';
import { useApp, useSnapshot } from '../../state/app-context.ts';
import { useKeys } from '../../state/keys.ts';
import { toast, toastFault } from '../../state/toast.tsx';
import { type Fault, faultOf, toFault } from '../../words/fault.ts';
import { NAME_PATTERN } from '../servers/draft.ts';
import { OrderedServers } from './ordered-servers.tsx';
import { ProfileNames } from './profile-names.tsx';

/** The address of the page for a profile that is not there yet; the name stays usable through the page itself. */
const NEW = 'new';
const BACK = { to: '/settings/profiles', label: 'Back to profiles' };

export function ProfilePage({ name }: { readonly name: string }) {
  const { profiles } = useSnapshot();
  const held = profiles.find((profile) => profile.name === name);
  if (held === undefined && name !== NEW) {
    return (
      <>
        <PageHead title={name} back={BACK} />
        <div className="body">
          <Reason
            fault={faultOf({ code: 'NOT_FOUND', message: 'There is no profile of this name' })}
            action={{ label: 'Show profiles', to: BACK.to }}
          />
        </div>
      </>
    );
  }
  return <ProfileEditor held={held} />;
}

function ProfileEditor({ held }: { readonly held: Profile | undefined }) {
  const { client } = useApp();
  const { servers, settings } = useSnapshot();
  const [, navigate] = useLocation();
  const [draft, setDraft] = useState<Profile>(held ?? { name: '', servers: [], mode: 'all', nameBudget: 64 });
  const [fault, setFault] = useState<Fault>();
  const [busy, setBusy] = useState(false);
  const [asking, setAsking] = useState(false);
  useKeys({ Escape: () => navigate(BACK.to) }, settings.singleKeyShortcuts);
  const change = (part: Partial<Profile>): void => setDraft({ ...draft, ...part });
  const nameFits = NAME_PATTERN.test(draft.name);
  const save = async (): Promise<void> => {
    setBusy(true);
    setFault(undefined);
    const { name, title = '', ...rest } = draft;
    const body = { ...rest, name, ...(title.trim() === '' ? {} : { title: title.trim() }) };
    try {
      if (held === undefined) await client.profiles.create(body);
      else {
        if (name !== held.name) await client.profiles.rename({ name: held.name, to: name });
        await client.profiles.update(body);
      }
      toast(`${name} was saved`);
      navigate(BACK.to);
    } catch (error) {
      setFault(toFault(error));
      setBusy(false);
    }
  };
  const remove = async (): Promise<void> => {
    try {
      await client.profiles.remove({ name: held?.name ?? '' });
      toast(`${held?.name ?? ''} was removed`);
      navigate(BACK.to);
    } catch (error) {
      toastFault(toFault(error));
    }
  };
  return (
    <>
      <PageHead title={held?.name ?? 'New profile'} sub="Several servers, offered to a client as one." back={BACK}>
        {held && (
          <Button variant="default" onClick={() => setAsking(true)}>
            Remove…
          </Button>
        )}
        <Button loading={busy} disabled={!nameFits || draft.servers.length === 0} onClick={() => void save()}>
          Save profile
        </Button>
      </PageHead>
      <div className="body">
        <div className="form">
          {fault && <Reason fault={fault} />}
          <Card title="Profile">
            <div className="cardb stack">
              <div className="fields">
                <TextInput
                  label="Name"
                  description="clients use it: letters, digits, dots, dashes, underscores"
                  value={draft.name}
                  maxLength={64}
                  spellCheck={false}
                  error={draft.name !== '' && !nameFits ? 'Start with a letter or digit; no spaces.' : undefined}
                  onChange={(event) => change({ name: event.currentTarget.value })}
                />
                <TextInput
                  label="Title"
                  description="shown to people, optional"
                  value={draft.title ?? ''}
                  maxLength={100}
                  onChange={(event) => change({ title: event.currentTarget.value })}
                />
              </div>
            </div>
            <div className="setting">
              <div>
                <div className="name">Tools</div>
                <p>Search gives clients two tools that find and call the others. Use it for many tools.</p>
              </div>
              <SegmentedControl
                aria-label="How tools are offered"
                value={draft.mode}
                onChange={(value) => change({ mode: value === 'search' ? 'search' : 'all' })}
                data={[
                  { value: 'all', label: 'Every tool' },
                  { value: 'search', label: 'Search' },
                ]}
              />
            </div>
            <div className="setting">
              <div>
                <div className="name">Longest tool name</div>
                <p>Longer names are shortened and stay unique. Most clients take 64 characters.</p>
              </div>
              <NumberInput
                aria-label="Longest tool name in characters"
                w={110}
                min={20}
                max={128}
                clampBehavior="blur"
                allowDecimal={false}
                value={draft.nameBudget}
                onChange={(value) => typeof value === 'number' && change({ nameBudget: value })}
              />
            </div>
          </Card>
          <OrderedServers
            chosen={draft.servers}
            known={servers.map(({ name }) => name)}
            onChange={(next) => change({ servers: next })}
          />
          {held && <ProfileNames name={held.name} />}
        </div>
      </div>
      <Confirm
        opened={asking}
        title={`Remove ${held?.name ?? ''}?`}
        text="Clients that use this profile can reach nothing through it any more. Its servers stay."
        verb={`Remove ${held?.name ?? ''}`}
        onClose={() => setAsking(false)}
        onConfirm={() => void remove()}
      />
    </>
  );
}
