// All that a server runs or contacts, whole and unshortened, and what a person should know about it.
import { IconLock } from '@tabler/icons-react';
import type { CommandRisk } from '../../shared/model/approval.ts';
import type { Endpoint } from '../../shared/model/server-entry.ts';
import { counted } from '../words/numbers.ts';
import { Card } from './card.tsx';
import { DataList } from './data-list.tsx';
import { Note } from './note.tsx';
import { Visible } from './visible.tsx';

export function EndpointView({ endpoint }: { readonly endpoint: Endpoint }) {
  const values = endpoint.type === 'stdio' ? endpoint.env : endpoint.headers;
  return (
    <>
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
              facts={Object.entries(values).map(([key, value]) => ({ term: key, value: <Value value={value} /> }))}
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
    </>
  );
}

/** In plain words, each with its place. */
export function Risks({ risks }: { readonly risks: readonly CommandRisk[] }) {
  return risks.map(({ code, at, text, pin }) => (
    <Note
      key={`${code} ${at}`}
      tone="warn"
      title={`${placeOf(at)}: ${text}`}
      text={
        pin === undefined
          ? 'Approve it only when you know why.'
          : `An exact version reads like ${pin.before}1.2.3${pin.after}.`
      }
    />
  ));
}

/** As the list of words above counts them: the program is line 0. */
function placeOf(at: string): string {
  const argument = /^args\[(\d+)\]$/.exec(at)?.[1];
  if (argument !== undefined) return `Line ${Number(argument) + 1}`;
  return at === 'command' ? 'Line 0' : at;
}

/** What was approved against what is there now: only the lines that differ. */
export function EndpointChanges({ before, now }: { readonly before: Endpoint; readonly now: Endpoint }) {
  const [old, next] = [linesOf(before), linesOf(now)];
  const gone = old.filter((line) => !next.includes(line));
  const added = next.filter((line) => !old.includes(line));
  return (
    <div className="cardb mono sm" role="group" aria-label="What changed">
      {gone.map((line) => (
        <div key={`- ${line}`} className="anywhere">
          <span aria-label="before">− </span>
          <Visible text={line} />
        </div>
      ))}
      {added.map((line) => (
        <div key={`+ ${line}`} className="anywhere b">
          <span aria-label="now">+ </span>
          <Visible text={line} />
        </div>
      ))}
      {gone.length + added.length === 0 && <span className="t2">Nothing in the command or address.</span>}
    </div>
  );
}

function linesOf(endpoint: Endpoint): string[] {
  if (endpoint.type !== 'stdio') {
    const headers = Object.entries(endpoint.headers).map(([name, value]) => `header ${name}: ${value}`);
    return [`address ${endpoint.url}`, `type ${endpoint.type}`, ...headers];
  }
  const { command, args, env, cwd } = endpoint;
  return [
    `command ${command}`,
    ...args.map((arg, index) => `args[${index}] ${arg}`),
    ...Object.entries(env).map(([name, value]) => `env ${name}=${value}`),
    ...(cwd === undefined ? [] : [`folder ${cwd}`]),
  ];
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
