// The approval page: everything that will run or be contacted, whole and unshortened, before anything happens.
import { Button } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { Card } from '../../components/card.tsx';
import { DataList } from '../../components/data-list.tsx';
import { PageHead } from '../../components/page-head.tsx';
import { Reason } from '../../components/reason.tsx';
import { Visible } from '../../components/visible.tsx';
import type { Fault } from '../../words/fault.ts';
import { counted } from '../../words/numbers.ts';
import type { ReadyEntry } from './draft.ts';

export interface ReviewProps {
  readonly ready: ReadyEntry;
  readonly verb: string;
  readonly busy: boolean;
  readonly fault: Fault | undefined;
  readonly onBack: () => void;
  readonly onApprove: () => void;
}

export function Review({ ready, verb, busy, fault, onBack, onApprove }: ReviewProps) {
  const back = useRef<HTMLButtonElement>(null);
  useEffect(() => back.current?.focus(), []);
  const { endpoint, name } = ready;
  const values = endpoint.type === 'stdio' ? endpoint.env : endpoint.headers;
  const secrets = Object.keys(ready.secrets).length;
  return (
    <>
      <PageHead title={`Review ${name}`} sub="Nothing has been saved or started yet." keepFocus />
      <div className="body" tabIndex={0} role="region" aria-label={`All of ${name}`}>
        <div className="form">
          {endpoint.type === 'stdio' ? (
            <Card title="This command runs">
              <div className="cardb stack">
                <ol className="args mono" aria-label="Command, one argument per line">
                  {[endpoint.command, ...endpoint.args].map((part, index) => (
                    <li key={index}>
                      <span className="tx">
                        <Visible text={part} />
                      </span>
                    </li>
                  ))}
                </ol>
                <DataList
                  facts={[
                    {
                      term: 'Folder',
                      value:
                        endpoint.cwd === undefined ? (
                          'Your home folder'
                        ) : (
                          <span className="mono">
                            <Visible text={endpoint.cwd} />
                          </span>
                        ),
                    },
                  ]}
                />
              </div>
            </Card>
          ) : (
            <Card title="Portolan connects to this address">
              <div className="cardb mono anywhere">
                <Visible text={endpoint.url} />
              </div>
            </Card>
          )}
          <Card
            title={endpoint.type === 'stdio' ? 'Environment' : 'Headers'}
            right={counted(Object.keys(values).length, 'value')}
          >
            <div className="cardb">
              {Object.keys(values).length === 0 ? (
                <span className="t2">None.</span>
              ) : (
                <DataList
                  facts={Object.entries(values).map(([key, value]) => ({
                    term: key,
                    value: <Value value={value} />,
                  }))}
                />
              )}
            </div>
          </Card>
          {endpoint.type === 'stdio' ? (
            <p className="t2">This runs a program on your computer with your rights. Portolan does not sandbox it.</p>
          ) : (
            <p className="t2">
              The address receives the headers above and every call that you or your clients make to this server.
            </p>
          )}
          {secrets > 0 && (
            <p className="row t2 sm">
              <IconLock size={14} aria-hidden /> {counted(secrets, 'secret goes', 'secrets go')} to the keychain of this
              computer. The catalog file holds only the name.
            </p>
          )}
          {fault && <Reason fault={fault} />}
        </div>
      </div>
      <footer className="foot">
        <Button ref={back} className="end" variant="default" onClick={onBack}>
          Back
        </Button>
        <Button loading={busy} onClick={onApprove}>
          {verb}
        </Button>
      </footer>
    </>
  );
}

function Value({ value }: { readonly value: string }) {
  const secret = /^\$\{secret:(.+)\}$/.exec(value)?.[1];
  return secret === undefined ? (
    <span className="mono">
      <Visible text={value} />
    </span>
  ) : (
    <span className="row">
      <IconLock size={13} aria-hidden />
      <span className="mono">{secret}</span>
      <span className="t2 sm">in the keychain</span>
    </span>
  );
}
