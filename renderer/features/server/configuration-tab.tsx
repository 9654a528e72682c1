// The entry as the catalog holds it: references stay references, values of secrets are nowhere to be seen.
import { Button, Switch, TextInput } from '@mantine/core';
import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import type { ServerEntry } from '../../../shared/model/server-entry.ts';
import type { ServerStatus } from '../../../shared/model/server-status.ts';
import { Card } from '../../components/card.tsx';
import { Confirm } from '../../components/confirm.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { Visible } from '../../components/visible.tsx';
import { NAME_PATTERN } from '../servers/draft.ts';
import { useServerActions } from '../servers/use-server-actions.ts';

export function ConfigurationTab({ entry, status }: { readonly entry: ServerEntry; readonly status: ServerStatus }) {
  const actions = useServerActions();
  const [, navigate] = useLocation();
  const [name, setName] = useState(entry.name);
  const [asking, setAsking] = useState(false);
  const json = JSON.stringify({ [entry.name]: { ...entry.endpoint, options: entry.options } }, null, 2);
  const page = (of: string): string => `/servers/${encodeURIComponent(of)}`;
  const nameProblem =
    name !== entry.name && !NAME_PATTERN.test(name) ? 'Letters, digits, dots, dashes, underscores.' : undefined;
  return (
    <div className="body">
      <div className="form">
        <Card
          title="Entry in the catalog"
          right={
            <>
              <CopyButton text={json} label="Copy entry" />
              <Button component={Link} href={`${page(entry.name)}/edit`} variant="default" size="compact-sm">
                Edit
              </Button>
            </>
          }
        >
          <pre className="json mono" tabIndex={0} aria-label="Entry as JSON">
            <Visible text={json} />
          </pre>
        </Card>
        <Card title="Change">
          <div>
            <div className="setting">
              <div>
                <div className="name">Enabled</div>
                <p>Switched off, no client can start it. Live sessions end.</p>
              </div>
              <Switch
                aria-label={`Enable ${entry.name}`}
                checked={status.enabled}
                onChange={(event) => void actions.setEnabled(entry.name, event.currentTarget.checked)}
              />
            </div>
            <div className="setting">
              <div>
                <div className="name">Name</div>
                <p>Clients that use the old name stop finding it until you export again.</p>
              </div>
              <form
                className="row top"
                onSubmit={(event) => {
                  event.preventDefault();
                  void actions.rename(entry.name, name).then((done) => done && navigate(`${page(name)}/configuration`));
                }}
              >
                <TextInput
                  aria-label="Name"
                  w={180}
                  value={name}
                  maxLength={64}
                  error={nameProblem}
                  spellCheck={false}
                  onChange={(event) => setName(event.currentTarget.value)}
                />
                <Button type="submit" variant="default" disabled={name === entry.name || !NAME_PATTERN.test(name)}>
                  Rename
                </Button>
              </form>
            </div>
            <div className="setting">
              <div>
                <div className="name">Remove</div>
                <p>Takes it out of the catalog. Undo puts it back.</p>
              </div>
              <Button variant="default" onClick={() => setAsking(true)}>
                Remove…
              </Button>
            </div>
          </div>
        </Card>
      </div>
      <Confirm
        opened={asking}
        title={`Remove ${entry.name}?`}
        text="Its live sessions end. Undo puts the entry back."
        verb={`Remove ${entry.name}`}
        onClose={() => setAsking(false)}
        onConfirm={() => void actions.remove(entry.name).then((done) => done && navigate('/servers'))}
      />
    </div>
  );
}
