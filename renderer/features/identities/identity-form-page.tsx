// Add or edit an identity: the provider, the client id that it gave, and how to sign in. A client secret goes to the keychain.
import { Button, NumberInput, PasswordInput, SegmentedControl, Switch, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { IdentityStatus } from '../../../shared/model/identity.ts';
import { Card } from '../../components/card.tsx';
import { PageHead } from '../../components/page-head.tsx';
import { Reason } from '../../components/reason.tsx';
import { useApp, useSnapshot } from '../../state/app-context.ts';
import { useKeys } from '../../state/keys.ts';
import { toast } from '../../state/toast.tsx';
import { type Fault, faultOf, toFault } from '../../words/fault.ts';
import { identityTitle } from '../../words/sign-ins.ts';
import { ManagedIdentity } from './managed-identity.tsx';
import {
  type IdentityDraft,
  identityDraft,
  identityOf,
  identityProblems,
  proposedDraft,
  type ProposedIdentity,
} from './identity-draft.ts';

const BACK = { to: '/identities', label: 'Back to identities' };

interface FormProps {
  /** What a link proposes; the form is filled in with it and nothing else happens. */
  readonly proposed?: ProposedIdentity;
  readonly onDismiss?: () => void;
  readonly onSaved?: () => void;
}

/** `name`: the identity to edit; without it, a new one. */
export function IdentityFormPage({ name, ...form }: FormProps & { readonly name?: string }) {
  const { identities } = useSnapshot();
  const held = identities.find((identity) => identity.name === name);
  if (name !== undefined && held === undefined) {
    return (
      <>
        <PageHead title={name} back={BACK} />
        <div className="body">
          <Reason
            fault={faultOf({ code: 'IDENTITY_NOT_FOUND', message: `There is no identity named ${name}` })}
            action={{ label: 'Show identities', to: BACK.to }}
          />
        </div>
      </>
    );
  }
  if (held?.source === 'managed') return <ManagedIdentity identity={held} />;
  return <IdentityForm held={held} taken={identities.map((identity) => identity.name)} {...form} />;
}

function IdentityForm({
  held,
  taken,
  proposed,
  onDismiss,
  onSaved,
}: FormProps & {
  readonly held: IdentityStatus | undefined;
  readonly taken: readonly string[];
}) {
  const { client } = useApp();
  const { settings } = useSnapshot();
  const [, navigate] = useLocation();
  const [draft, setDraft] = useState(() => (proposed === undefined ? identityDraft(held) : proposedDraft(proposed)));
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<Fault>();
  useKeys({ Escape: () => navigate(BACK.to) }, settings.singleKeyShortcuts);
  const set = (patch: Partial<IdentityDraft>): void => setDraft({ ...draft, ...patch });
  const found = identityProblems(draft, held === undefined ? taken : []);
  const problems = tried ? found : {};
  const save = async (): Promise<void> => {
    setTried(true);
    setFault(undefined);
    if (Object.keys(found).length > 0) return;
    setBusy(true);
    const identity = identityOf(draft);
    const secret = draft.clientSecret === '' ? {} : { clientSecretValue: draft.clientSecret };
    set({ clientSecret: '' });
    try {
      if (held === undefined) await client.identities.add({ identity, ...secret });
      else await client.identities.update({ name: held.name, identity, ...secret });
      toast(`${identity.title ?? identity.name} was saved`);
      if (onSaved === undefined) navigate(BACK.to);
      else onSaved();
    } catch (error) {
      setFault(toFault(error));
      setBusy(false);
    }
  };
  return (
    <>
      <PageHead
        title={held === undefined ? 'Add identity' : `Edit ${identityTitle(held)}`}
        sub={
          proposed === undefined
            ? 'Your organisation tells you the provider and the client id.'
            : 'A link proposes this. Nothing has been saved, and nobody is signed in.'
        }
        back={BACK}
      >
        {onDismiss && (
          <Button variant="default" onClick={onDismiss}>
            Dismiss
          </Button>
        )}
        <Button loading={busy} onClick={() => void save()}>
          Save identity
        </Button>
      </PageHead>
      <div className="body">
        <form
          className="form"
          noValidate
          autoComplete="off"
          onSubmit={(event) => {
            event.preventDefault();
            void save();
          }}
        >
          {fault && <Reason fault={fault} />}
          <Provider draft={draft} problems={problems} fixed={held !== undefined} onChange={set} />
          <Ways draft={draft} held={held} problems={problems} onChange={set} />
          <button type="submit" hidden aria-hidden tabIndex={-1} />
        </form>
      </div>
    </>
  );
}

interface PartProps {
  readonly draft: IdentityDraft;
  readonly problems: ReturnType<typeof identityProblems>;
  readonly onChange: (patch: Partial<IdentityDraft>) => void;
}

function Provider({ draft, problems, fixed, onChange }: PartProps & { readonly fixed: boolean }) {
  const field = (key: 'name' | 'title' | 'issuer' | 'clientId', label: string, description: string) => (
    <TextInput
      label={label}
      description={description}
      value={draft[key]}
      error={key === 'title' ? undefined : problems[key]}
      disabled={fixed && key === 'name'}
      spellCheck={false}
      maxLength={key === 'name' ? 64 : key === 'title' ? 100 : 2000}
      onChange={(event) => onChange({ [key]: event.currentTarget.value })}
    />
  );
  return (
    <Card title="Provider">
      <div className="cardb">
        <div className="fields">
          {field('name', 'Name', 'for commands: letters, digits, dots, dashes')}
          {field('title', 'Title', 'shown to people, optional')}
          {field('issuer', 'Issuer', 'the address of the OpenID provider')}
          {field('clientId', 'Client id', 'what the provider calls Portolan')}
        </div>
      </div>
    </Card>
  );
}

function Ways({ draft, held, problems, onChange }: PartProps & { readonly held: IdentityStatus | undefined }) {
  return (
    <Card title="Signing in">
      <div className="cardb">
        <div className="fields">
          <TextInput
            label="Rights"
            description="asked for at each sign-in, separated by spaces"
            value={draft.scopes}
            error={problems.scopes}
            spellCheck={false}
            onChange={(event) => onChange({ scopes: event.currentTarget.value })}
          />
          <PasswordInput
            label="Client secret"
            description={
              held?.hasSecret === true ? 'one is in the keychain; type to replace it' : 'only if you were given one'
            }
            autoComplete="off"
            visible={false}
            rightSection={<span />}
            value={draft.clientSecret}
            onChange={(event) => onChange({ clientSecret: event.currentTarget.value })}
          />
        </div>
      </div>
      <div className="setting">
        <div>
          <div className="name">Way</div>
          <p>A code is typed on another device, where this computer has no browser.</p>
        </div>
        <SegmentedControl
          aria-label="Way to sign in"
          value={draft.way}
          onChange={(way) => onChange({ way: way === 'device' ? 'device' : 'browser' })}
          data={[
            { value: 'browser', label: 'Browser' },
            { value: 'device', label: 'Code' },
          ]}
        />
      </div>
      <div className="setting">
        <div>
          <div className="name">Redirect port</div>
          <p>Only where the provider was given a fixed one. Empty takes any free port.</p>
        </div>
        <NumberInput
          aria-label="Redirect port"
          w={110}
          min={1}
          max={65_535}
          clampBehavior="blur"
          allowDecimal={false}
          placeholder="any"
          value={draft.redirectPort ?? ''}
          onChange={(value) => onChange({ redirectPort: typeof value === 'number' ? value : undefined })}
        />
      </div>
      <div className="setting">
        <div>
          <div className="name">Private network</div>
          <p>The provider may be at an address inside your organisation.</p>
        </div>
        <Switch
          aria-label="The provider may be in a private network"
          checked={draft.allowPrivateNetwork}
          onChange={(event) => onChange({ allowPrivateNetwork: event.currentTarget.checked })}
        />
      </div>
    </Card>
  );
}
