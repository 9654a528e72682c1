// One server of a registry or card: what it says, in which way it is used, its questions, and the review of all of it.
import { Button, Radio, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { InstallOption, InstallRequest, Origin, RegistryDetail } from '../../../shared/model/registry.ts';
import { Card } from '../../components/card.tsx';
import { DataList } from '../../components/data-list.tsx';
import { Foreign } from '../../components/foreign.tsx';
import { Note } from '../../components/note.tsx';
import { PageHead } from '../../components/page-head.tsx';
import { Reason } from '../../components/reason.tsx';
import { SkeletonRows } from '../../components/skeleton-rows.tsx';
import { Visible } from '../../components/visible.tsx';
import { useApp } from '../../state/app-context.ts';
import { toFault } from '../../words/fault.ts';
import { type Answers, InstallForm } from './install-form.tsx';
import { InstallReviewPage } from './install-review.tsx';

const BACK = { to: '/registry', label: 'Back to the registry' };

export function InstallPage({ origin }: { readonly origin: Origin }) {
  const { queries } = useApp();
  const detail = useQuery(queries.registry.show.queryOptions({ input: { origin } }));
  if (detail.error || !detail.data) {
    return (
      <>
        <PageHead title="Server" back={BACK} />
        <div className="body">
          {detail.error ? (
            <Reason fault={toFault(detail.error)} action={{ label: 'Try again', run: () => void detail.refetch() }} />
          ) : (
            <SkeletonRows rows={6} height={42} />
          )}
        </div>
      </>
    );
  }
  return <Install key={JSON.stringify(origin)} detail={detail.data} />;
}

function Install({ detail }: { readonly detail: RegistryDetail }) {
  const { queries } = useApp();
  const { origin, server, options, versions } = detail;
  const usable = options.filter(({ refused }) => refused === undefined);
  const [chosen, setChosen] = useState(usable[0]?.id);
  const [name, setName] = useState('');
  const [answers, setAnswers] = useState<Answers>({});
  const [request, setRequest] = useState<InstallRequest>();
  const option = useQuery({
    ...queries.registry.form.queryOptions({ input: { origin, option: chosen ?? '' } }),
    enabled: chosen !== undefined && server.status !== 'deleted',
    retry: false,
  });
  const inputs = option.data?.inputs ?? [];
  const secretIds = inputs.filter(({ id, secret }) => secret && (answers[id] ?? '') !== '').map(({ id }) => id);
  if (request !== undefined) {
    const secrets = Object.fromEntries(secretIds.map((id) => [id, answers[id] ?? '']));
    return <InstallReviewPage request={request} secrets={secrets} onBack={() => setRequest(undefined)} />;
  }
  const values = Object.fromEntries(
    inputs.filter(({ id, secret }) => !secret && (answers[id] ?? '') !== '').map(({ id }) => [id, answers[id] ?? '']),
  );
  return (
    <>
      <PageHead
        title={<Visible text={server.name} />}
        sub={<Visible text={`Version ${server.version}`} />}
        back={BACK}
      />
      <div className="body" tabIndex={0} role="region" aria-label="About this server">
        <form
          id="install"
          className="form"
          onSubmit={(event) => {
            event.preventDefault();
            if (chosen === undefined) return;
            setRequest({
              origin: pinned(origin, server.version),
              option: chosen,
              values,
              secrets: secretIds,
              ...(name !== '' && { name }),
            });
          }}
        >
          {server.status !== 'active' && (
            <Note
              tone="warn"
              title={
                server.status === 'deleted'
                  ? 'It was deleted from its registry and cannot be added.'
                  : 'Its publisher advises against it.'
              }
              text={server.statusMessage ?? 'No reason is given.'}
            />
          )}
          <Foreign text={server.description} from={server.name} />
          <Card title="Facts">
            <div className="cardb">
              <DataList
                facts={[
                  {
                    term: 'Versions',
                    value: (
                      <Visible
                        text={
                          versions
                            .slice(0, 12)
                            .map(({ version }) => version)
                            .join(', ') || server.version
                        }
                      />
                    ),
                  },
                  {
                    term: 'Website',
                    value: (
                      <span className="mono anywhere">
                        <Visible text={detail.websiteUrl ?? 'none'} />
                      </span>
                    ),
                  },
                  {
                    term: 'Source',
                    value: (
                      <span className="mono anywhere">
                        <Visible text={detail.repositoryUrl ?? 'none'} />
                      </span>
                    ),
                  },
                  { term: 'Description', value: <span className="mono anywhere">SHA-256 {detail.sha256}</span> },
                ]}
              />
            </div>
          </Card>
          {server.status !== 'deleted' && (
            <>
              <Card title="How to use it">
                <div className="cardb stack">
                  <Radio.Group value={chosen ?? null} onChange={(id) => setChosen(id)} aria-label="How to use it">
                    <div className="stack">
                      {options.map((one) => (
                        <OptionRadio key={one.id} option={one} />
                      ))}
                    </div>
                  </Radio.Group>
                  {usable.length === 0 && <p className="t2">It names nothing that can be used here.</p>}
                </div>
              </Card>
              <Card title="What it asks for">
                <div className="cardb stack">
                  <TextInput
                    label="Name here"
                    description="How you and your clients call it. Without one it is made of the server’s name."
                    value={name}
                    spellCheck={false}
                    onChange={(event) => setName(event.currentTarget.value)}
                  />
                  {option.error ? (
                    <Reason fault={toFault(option.error)} />
                  ) : (
                    <InstallForm inputs={inputs} answers={answers} onChange={setAnswers} wrong={undefined} />
                  )}
                </div>
              </Card>
            </>
          )}
        </form>
      </div>
      <footer className="foot">
        <span className="t2">You see everything once more before it runs.</span>
        <Button
          className="end"
          type="submit"
          form="install"
          disabled={server.status === 'deleted' || option.data === undefined}
        >
          Review
        </Button>
      </footer>
    </>
  );
}

function OptionRadio({ option }: { readonly option: InstallOption }) {
  const { id, type, what, refused } = option;
  return (
    <Radio
      value={id}
      disabled={refused !== undefined}
      label={<Visible text={`${type} ${what}`} />}
      description={refused === undefined ? undefined : <Visible text={`Cannot be used: ${refused}.`} />}
    />
  );
}

/** What is reviewed is exactly the version that is shown, not a latest one of a moment later. */
function pinned(origin: Origin, version: string): Origin {
  return origin.kind === 'registry' ? { ...origin, version } : origin;
}
