// The approval page: everything that will run or be contacted, whole and unshortened, before anything happens.
import { Button } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { EndpointView } from '../../components/endpoint-view.tsx';
import { PageHead } from '../../components/page-head.tsx';
import { Reason } from '../../components/reason.tsx';
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
  const secrets = Object.keys(ready.secrets).length;
  return (
    <>
      <PageHead title={`Review ${name}`} sub="Nothing has been saved or started yet." keepFocus />
      <div className="body" tabIndex={0} role="region" aria-label={`All of ${name}`}>
        <div className="form">
          <EndpointView endpoint={endpoint} />
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
