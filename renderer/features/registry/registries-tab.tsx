// Settings: which registries are searched.
import { Button, Select, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { RegistrySetting } from '../../../shared/model/registry.ts';
import { Card } from '../../components/card.tsx';
import { Reason } from '../../components/reason.tsx';
import { Visible } from '../../components/visible.tsx';
import { useApp, useSnapshot } from '../../state/app-context.ts';
import { type Fault, toFault } from '../../words/fault.ts';

export function RegistriesTab() {
  const { client, queries } = useApp();
  const queryClient = useQueryClient();
  const { registries } = useSnapshot().settings;
  const sources = useQuery(queries.registry.sources.queryOptions());
  const secrets = useQuery(queries.secrets.list.queryOptions());
  const [name, setName] = useState('');
  const [url, setUrl] = useState('');
  const [secret, setSecret] = useState<string | null>(null);
  const [fault, setFault] = useState<Fault>();
  const save = async (list: RegistrySetting[]): Promise<boolean> => {
    try {
      await client.system.setSettings({ registries: list });
      await queryClient.invalidateQueries({ queryKey: queries.registry.key() });
      setFault(undefined);
      return true;
    } catch (error) {
      setFault(toFault(error));
      return false;
    }
  };
  const add = async (): Promise<void> => {
    const token = secret === null ? {} : { token: `\${secret:${secret}}` };
    if (!(await save([...registries, { name: name.trim(), url: url.trim(), ...token }]))) return;
    setName('');
    setUrl('');
    setSecret(null);
  };
  const [official] = sources.data ?? [];
  return (
    <>
      <Card title="Registries">
        <ul className="plain lines">
          {official && (
            <li>
              <Source source={official} />
              <span className="chip">Official</span>
            </li>
          )}
          {registries.map((source) => (
            <li key={source.name}>
              <Source source={source} />
              <Button
                variant="default"
                size="compact-sm"
                aria-label={`Remove ${source.name}`}
                onClick={() => void save(registries.filter((one) => one.name !== source.name))}
              >
                Remove
              </Button>
            </li>
          ))}
        </ul>
      </Card>
      <Card title="Add a registry">
        <form
          className="cardb stack"
          onSubmit={(event) => {
            event.preventDefault();
            void add();
          }}
        >
          <TextInput
            label="Name"
            value={name}
            required
            spellCheck={false}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <TextInput
            label="Address"
            description="https; /v0.1/servers follows it."
            value={url}
            required
            spellCheck={false}
            onChange={(event) => setUrl(event.currentTarget.value)}
          />
          <Select
            label="Token"
            description="A stored secret that is sent as bearer token."
            placeholder="None"
            clearable
            value={secret}
            data={(secrets.data?.secrets ?? []).map((one) => one.name)}
            onChange={setSecret}
          />
          {fault && <Reason fault={fault} />}
          <div>
            <Button type="submit" variant="default" disabled={name.trim() === '' || url.trim() === ''}>
              Add registry
            </Button>
          </div>
        </form>
      </Card>
    </>
  );
}

function Source({ source: { name, url, token } }: { readonly source: RegistrySetting }) {
  return (
    <span className="grow">
      <b className="block el">{name}</b>
      <span className="t2 sm mono block el">
        <Visible text={token === undefined ? url : `${url} with ${token}`} />
      </span>
    </span>
  );
}
