// What a person pastes into a client, for one server or profile. The token stands in it only while it is shown at all.
import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Card } from '../../components/card.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { Reason } from '../../components/reason.tsx';
import { useApp, useSnapshot } from '../../state/app-context.ts';
import { toFault } from '../../words/fault.ts';
import { targetsOf } from './targets.ts';

export function Snippets({
  token,
  first,
}: {
  readonly token: string | undefined;
  readonly first?: string | undefined;
}) {
  const { queries } = useApp();
  const snapshot = useSnapshot();
  const targets = targetsOf(snapshot);
  const [chosen, setChosen] = useState(first);
  const target = chosen ?? targets[0]?.value;
  const snippets = useQuery({
    ...queries.gateway.snippets.queryOptions({ input: { target: target ?? '' } }),
    enabled: target !== undefined,
  });
  if (target === undefined) return null;
  const filled = (text: string): string => (token === undefined ? text : text.replaceAll('{token}', token));
  return (
    <Card
      title="Set up a client"
      right={
        <Select
          aria-label="Offer"
          w={190}
          data={targets}
          value={target}
          allowDeselect={false}
          searchable
          onChange={(value) => value !== null && setChosen(value)}
        />
      }
    >
      {snippets.error && (
        <div className="cardb">
          <Reason fault={toFault(snippets.error)} action={{ label: 'Try again', run: () => void snippets.refetch() }} />
        </div>
      )}
      {(snippets.data ?? []).map(({ client, title, file, text }) => (
        <section className="snippet" key={client} aria-label={title}>
          <div className="row">
            <b>{title}</b>
            <span className="t2 sm grow el">
              in <span className="mono">{file}</span>
            </span>
            <CopyButton text={filled(text)} label={`Copy for ${title}`} secret={token !== undefined} />
          </div>
          <pre className="json mono" tabIndex={0} aria-label={`Text for ${title}`}>
            {filled(text)}
          </pre>
        </section>
      ))}
    </Card>
  );
}
