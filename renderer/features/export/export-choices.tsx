// The left side of an export: which client, what stops the write, and how the client will reach the servers.
import { Radio } from '@mantine/core';
import type { ClientInfo, ExportPlan } from '../../../shared/model/import-result.ts';
import { Monogram } from '../../components/monogram.tsx';
import { Reason } from '../../components/reason.tsx';
import { StateLine } from '../../components/state-line.tsx';
import { cutMiddle } from '../../text/cut.ts';
import { faultOf } from '../../words/fault.ts';

export type ExportMode = 'connect' | 'direct';

export interface ExportChoicesProps {
  readonly clients: readonly ClientInfo[];
  readonly chosen: string | undefined;
  readonly mode: ExportMode;
  readonly blockers: ExportPlan['blockers'];
  readonly onChoose: (id: string) => void;
  readonly onMode: (mode: ExportMode) => void;
  readonly onAgain: () => void;
}

export function ExportChoices({ clients, chosen, mode, blockers, onChoose, onMode, onAgain }: ExportChoicesProps) {
  return (
    <div className="stack scroll">
      <section className="card" aria-label="Clients">
        <ul className="plain filelist">
          {clients.map((client) => {
            const path = client.files.find((file) => file.scope === 'user')?.path ?? client.files[0]?.path ?? '';
            return (
              <li key={client.id}>
                <button type="button" aria-pressed={client.id === chosen} onClick={() => onChoose(client.id)}>
                  <Monogram letters={client.monogram} name={client.displayName} />
                  <span style={{ minWidth: 0 }}>
                    <span className="row">
                      <b className="el">{client.displayName}</b>
                      {client.running && (
                        <span className="end">
                          <StateLine state={{ mark: 'degraded', word: 'Running' }} size={13} />
                        </span>
                      )}
                    </span>
                    <span className="mono t3 xs el block" title={path}>
                      {cutMiddle(path, 38)}
                    </span>
                  </span>
                </button>
              </li>
            );
          })}
        </ul>
      </section>
      {blockers.map((blocker) => (
        <Reason
          key={blocker.code}
          tone="warn"
          fault={{ ...faultOf(blocker), cause: blocker.message }}
          action={{
            label: blocker.code === 'CLIENT_RUNNING' ? 'I have quit it, check again' : 'Check again',
            run: onAgain,
          }}
        />
      ))}
      <section className="card cardb" aria-label="How the client reaches the servers">
        <Radio.Group
          label="How the client reaches the servers"
          value={mode}
          onChange={(value) => onMode(value === 'direct' ? 'direct' : 'connect')}
        >
          <div className="stack" style={{ marginTop: 10 }}>
            <Radio
              size="xs"
              value="connect"
              label="Through Portolan"
              description="Every call is in the audit log. No secret in the file."
            />
            <Radio size="xs" value="direct" label="Directly" description="Portolan is not in between." />
          </div>
        </Radio.Group>
      </section>
    </div>
  );
}
