// How to sign in to a remote server: the way, the identity, and what its operator gave. Most servers need none of it.
import { Button, NumberInput, PasswordInput, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { IdentityStatus } from '../../../shared/model/identity.ts';
import { Card } from '../../components/card.tsx';
import { SecretSlot } from '../../components/secret-slot.tsx';
import { identityTitle } from '../../words/sign-ins.ts';
import { AUTH_WAYS, type AuthDraft, type AuthProblems } from './auth-draft.ts';

export interface AuthFormProps {
  readonly draft: AuthDraft;
  readonly problems: AuthProblems;
  readonly identities: readonly IdentityStatus[];
  /** Keychain name of the client secret that is kept now. */
  readonly secretName: string | undefined;
  readonly onChange: (draft: AuthDraft) => void;
}

export function AuthForm({ draft, problems, identities, secretName, onChange }: AuthFormProps) {
  const [replacing, setReplacing] = useState(false);
  const set = (patch: Partial<AuthDraft>): void => onChange({ ...draft, ...patch });
  const named = identities.map((identity) => ({ value: identity.name, label: identityTitle(identity) }));
  const known = draft.identity === '' || identities.some(({ name }) => name === draft.identity);
  const field = (key: 'clientId' | 'issuer' | 'scopes', label: string, description: string) => (
    <TextInput
      label={label}
      description={description}
      value={draft[key]}
      error={key === 'clientId' ? undefined : problems[key]}
      spellCheck={false}
      onChange={(event) => set({ [key]: event.currentTarget.value })}
    />
  );
  return (
    <Card title="Sign-in">
      <div className="cardb stack">
        <div className="fields">
          <Select
            label="Way"
            description="how Portolan signs in"
            allowDeselect={false}
            data={AUTH_WAYS}
            value={draft.way}
            onChange={(way) => set({ way: way ?? 'auto' })}
          />
          <Select
            label="Identity"
            description="where the server takes one"
            allowDeselect={false}
            data={[
              { value: '', label: 'The only one there is' },
              ...named,
              ...(known ? [] : [{ value: draft.identity, label: `${draft.identity} (not there)` }]),
            ]}
            value={draft.identity}
            onChange={(identity) => set({ identity: identity ?? '' })}
          />
          {field('clientId', 'Client id', 'if the operator gave you one')}
          {secretName !== undefined && !replacing ? (
            <div className="field labelled">
              <span className="mantine-InputWrapper-label">Client secret</span>
              <span className="mantine-InputWrapper-description">belongs to the client id</span>
              <SecretSlot name={secretName} onReplace={() => setReplacing(true)} />
            </div>
          ) : (
            <PasswordInput
              label="Client secret"
              description="belongs to the client id"
              autoComplete="off"
              visible={false}
              rightSection={<span />}
              value={draft.clientSecret}
              error={problems.clientSecret}
              onChange={(event) => set({ clientSecret: event.currentTarget.value })}
            />
          )}
          {field('scopes', 'Rights', 'separated by spaces; empty asks for what the server names')}
          {field('issuer', 'Authorization server', 'its issuer, where the server names several or none')}
          <NumberInput
            label="Redirect port"
            description="only where the operator registered a fixed one"
            min={1}
            max={65_535}
            clampBehavior="blur"
            allowDecimal={false}
            placeholder="any"
            value={draft.redirectPort ?? ''}
            onChange={(value) => set({ redirectPort: typeof value === 'number' ? value : undefined })}
          />
        </div>
        {replacing && secretName !== undefined && (
          <div className="row">
            <Button
              variant="subtle"
              size="compact-sm"
              onClick={() => {
                setReplacing(false);
                set({ clientSecret: '' });
              }}
            >
              Keep the client secret that is there
            </Button>
          </div>
        )}
      </div>
    </Card>
  );
}
