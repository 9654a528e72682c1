// One proposed server: everything that would run or be contacted, and what becomes of a name that is taken.
import { SegmentedControl } from '@mantine/core';
import { visible } from '../../../shared/hidden-characters.ts';
import type { MergeChoice, MergeRow } from '../../../shared/model/portable.ts';
import type { ServerEntry } from '../../../shared/model/server-entry.ts';
import { Card } from '../../components/card.tsx';
import { DataList } from '../../components/data-list.tsx';
import { Visible } from '../../components/visible.tsx';

const STATES = {
  add: 'New',
  change: 'Changes a server of yours',
  clash: 'You have another server of this name',
  same: 'You have it already',
  refuse: 'Cannot be taken',
} as const;
const CHOICES = { keep: 'Keep mine', replace: 'Replace mine', rename: 'Add beside mine' } as const;

export function ProposedServer({
  row,
  server,
  choice,
  onChoose,
}: {
  readonly row: MergeRow;
  readonly server: ServerEntry | undefined;
  readonly choice: MergeChoice | undefined;
  readonly onChoose: (choice: MergeChoice) => void;
}) {
  return (
    <Card title={<Visible text={row.name} />} right={STATES[row.action]}>
      <div className="cardb stack">
        {row.reason !== undefined && (
          <p className="t2 anywhere">
            <Visible text={row.reason} />
          </p>
        )}
        {server && <Endpoint server={server} />}
        {row.choices.length > 0 && (
          <SegmentedControl
            aria-label={`What becomes of ${row.name}`}
            value={choice ?? 'keep'}
            data={row.choices.map((one) => ({ value: one, label: CHOICES[one] }))}
            onChange={onChoose}
          />
        )}
      </div>
    </Card>
  );
}

function Endpoint({ server: { endpoint, options } }: { readonly server: ServerEntry }) {
  const values = endpoint.type === 'stdio' ? endpoint.env : endpoint.headers;
  const facts = [
    ...(options.title === undefined ? [] : [fact('Title', options.title)]),
    ...(options.description === undefined ? [] : [fact('Description', options.description)]),
    ...(endpoint.type === 'stdio'
      ? endpoint.cwd === undefined
        ? []
        : [fact('Folder', endpoint.cwd)]
      : [fact('Address', endpoint.url), fact('Transport', endpoint.type)]),
    ...Object.entries(values).map(([name, value]) =>
      fact(endpoint.type === 'stdio' ? `Variable ${name}` : `Header ${name}`, value),
    ),
    ...(options.auth?.issuer === undefined ? [] : [fact('Signs in at', options.auth.issuer)]),
    ...(options.auth?.clientId === undefined ? [] : [fact('Client id', options.auth.clientId)]),
    ...(options.auth?.scopes === undefined ? [] : [fact('Asks for the rights', options.auth.scopes.join(' '))]),
  ];
  return (
    <>
      {endpoint.type === 'stdio' && (
        <ol className="args mono" aria-label="Command, one argument per line">
          {[endpoint.command, ...endpoint.args].map((part, index) => (
            <li key={index}>
              <span className="tx">
                <Visible text={part} />
              </span>
            </li>
          ))}
        </ol>
      )}
      {facts.length > 0 && <DataList facts={facts} />}
    </>
  );
}

function fact(term: string, value: string) {
  return {
    term: visible(term),
    value: (
      <span className="mono anywhere">
        <Visible text={value} />
      </span>
    ),
  };
}
